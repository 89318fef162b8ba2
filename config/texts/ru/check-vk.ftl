### What `python -m bot check` says about VK.

check-vk-subject = ВКонтакте
check-vk-token-ok = Ключ принят: сообщество «{ $name }» (id { $id }).
check-vk-token-refused = Ключ не принят (ошибка { $code }). Создайте ключ: «Управление» → «Дополнительно» → «Работа с API» → «Ключи доступа» и запишите его в MCU_VK_TOKEN; номер сообщества — в MCU_VK_GROUP_ID.
check-vk-token-other = Ключ принят, но он сообщества «{ $name }» (id { $id }). Запишите этот номер в MCU_VK_GROUP_ID или возьмите ключ своего сообщества.
check-vk-away = ВКонтакте не отвечает: { $error }. Проверьте сеть и MCU_VK_API_URL.
check-vk-refused = ВКонтакте отказывает: { $error }.
check-vk-rights-ok = Прав ключа достаточно.
check-vk-rights-missing = Ключу не хватает прав: { $rights }. Создайте новый ключ с правами на управление сообществом, сообщения, фотографии и документы.
check-vk-long-poll-ok = Long Poll API включён.
check-vk-long-poll-off = Long Poll API выключен. Включите: «Управление» → «Работа с API» → «Long Poll API», версия 5.199.
check-vk-callback-ok = Сервер Callback API подтверждён.
check-vk-callback-missing = Нет сервера Callback API с адресом, который кончается на { $path }. Добавьте его: «Управление» → «Работа с API» → «Callback API».
check-vk-callback-failing = Сервер Callback API не подтверждён (состояние «{ $status }»). Проверьте MCU_PUBLIC_URL, MCU_VK_SECRET и MCU_VK_CONFIRMATION и нажмите «Подтвердить».
check-vk-events-ok = Нужные события включены.
check-vk-events-missing = Не включены события: { $events }. Отметьте их на вкладке «Типы событий».
check-vk-staff-ok = В беседе сотрудников { $chat } сообщество — администратор.
check-vk-staff-private = Чат сотрудников { $chat } — не беседа: номер беседы больше 2000000000. Добавьте сообщество в беседу и отправьте там /id.
check-vk-staff-closed = Беседа сотрудников { $chat } недоступна (ошибка { $code }). Разрешите добавлять сообщество в беседы («Управление» → «Сообщения» → «Настройки для бота»), добавьте его в беседу и назначьте администратором.
check-vk-staff-not-admin = В беседе сотрудников { $chat } сообщество не администратор и видит не все сообщения. Назначьте его администратором беседы.
