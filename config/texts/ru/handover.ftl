# A messenger in which the town does not converse any more: what a resident reads there.

handover-greeting = Здравствуйте! Это бот для жителей: { $municipality }.
handover =
    Здесь, в { $channel }, мы больше не переписываемся. Пишите нам в другом месте: { $others }. Там примем ваше сообщение и ответим.
handover-kept = То, что вы написали, не пропало: оно ждёт вас там.
handover-appeals = Ваши прежние сообщения и ответы на них откроются там же.
handover-code =
    Нажмите кнопку ниже, а там — «Начать». Ссылка ваша личная: она работает 10 минут и один раз. Никому её не пересылайте.
handover-link = Нажмите кнопку ниже, а там — «Начать».
handover-no-link = Кнопок пока нет: нажмите «Новая ссылка» через минуту.
handover-go = Перейти: { $channel }
handover-again = 🔄 Новая ссылка
handover-data = Свои данные можно посмотреть и удалить и здесь: /data.
handover-news =
    📬 По вашему сообщению { $number } есть новости.

    Здесь, в { $channel }, мы больше не переписываемся. Нажмите кнопку — и прочитаете там, где вам удобно.
handover-read = ➡️ Прочитать новости
