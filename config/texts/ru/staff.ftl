# What an employee reads.

employee = Коллега

channel-telegram = Telegram
channel-vk = ВКонтакте
channel-web = сайт

card-head = { $number } · { $kind } · { $state }
card-cut = … (полностью — кнопка «История»)
card-place = 📍 { $place }
card-resident = 👤 { $name }, { $channel }
card-department = 🏛 { $department }
card-deadline = ⏰ Срок — { $date }
card-overdue = 🔴 Срок прошёл — { $date }
card-deadline-stands = ⏸ Срок стоит: ждём ответа жителя
card-files =
    { $count ->
        [one] 📎 { $count } файл
        [few] 📎 { $count } файла
       *[many] 📎 { $count } файлов
    }
card-undelivered = ⚠️ Последнее сообщение жителю не доставлено: похоже, он закрыл переписку с ботом
card-files-of = 📎 Файлы к { $number }
card-moved = { $number } передано в другой служебный чат: { $topic }

staff-take = 🛠 Взять
staff-answer = ✅ Решено
staff-ask = ❓ Уточнить
staff-forward = ➡️ Передать
staff-decline = ✖ Отказать
staff-topic = 🏷 Тема
staff-history = 📜 История

history-head = { $number }: { $state }. Текст и история:

staff-help =
    Это служебный чат. На каждое сообщение жителя приходит карточка с кнопками.

    🛠 Взять — житель узнает, что его сообщение в работе.
    ✅ Решено — напишите, что сделано, можно с фото. Брать в работу перед этим не обязательно.
    ❓ Уточнить — задать жителю вопрос. Пока он не ответит, срок стоит.
    ➡️ Передать — этим занимается другая организация.
    ✖ Отказать — причина из списка и совет, что житель может сделать.
    🏷 Тема — перенести в другой раздел.
    📜 История — весь текст и кто что сделал.

    Прежде чем отправить, бот покажет, что прочитает житель.

    Написать жителю без кнопок — ответьте на карточку или на его слова («Ответить» в меню сообщения). Он получит ваш текст сразу, сообщение останется в том же состоянии. Остальные разговоры в чате жители не видят.

    Команды:
    /open — что открыто, сначала просроченное
    /find 123 или /find яма Мира — поиск
    /cancel — отменить начатое
    /help — эта подсказка
staff-hint = Жители этого не видят. Чтобы написать жителю, нажмите кнопку на его карточке или ответьте на неё. Подсказка — /help.
staff-unknown-command = Такой команды здесь нет. Есть /open, /find, /help.
staff-old-button = Эта кнопка уже не действует. Найдите сообщение по номеру, например: /find 123
staff-not-your-form = Это было задано коллеге или уже отправлено. Чтобы ответить самому, нажмите кнопку на карточке.
staff-not-allowed = { $number } сейчас: { $state }. Так сделать уже нельзя, карточку обновили.
staff-text-back =
    Ваш текст жителю не ушёл, вот он:
    { $text }
staff-cancelled = Отменили. { $number } — без изменений.
staff-passed-on = Передали жителю по { $number }.
staff-resident-gone = { $number }: житель удалил свои данные, написать ему уже нельзя.

staff-prompt =
    { $name }, по { $number }.
    { $text }
staff-ask-text = Что уточнить? Напишите вопрос жителю.
staff-ask-summary =
    Житель прочитает:

    Чтобы помочь, уточните, пожалуйста: { $text }
staff-answer-text = Что сделано? Напишите ответ жителю, можно с фото.
staff-answer-summary =
    Житель прочитает:

    Готово: { $text }
    Проблема решена?
staff-org = Какая организация этим занимается? Напишите название.
staff-forward-summary =
    Житель прочитает:

    Это решает { $org }. Передали, следим и сообщим ответ.
staff-reason = Почему отказываем?
staff-alternative = Что житель может сделать? Напишите или возьмите готовое.
staff-decline-summary =
    Житель прочитает:

    Не можем выполнить: { $reason }.
    Что можно сделать: { $text }
staff-category = В какой раздел перенести?
staff-topic-suggested = Похоже на эти темы:

title-reason = Причина
title-org = Организация

reason-off_topic = вопрос не относится к работе города
reason-no_facts = не указано, что и где проверить
reason-answered_before = на этот вопрос уже отвечали
reason-obscene = текст оскорбительный или непонятный
reason-private_dispute = это частный спор
alternative-off_topic = обратитесь в организацию, которая этим занимается; куда — подскажет справочная «Госуслуг».
alternative-no_facts = отправьте новое сообщение с точным адресом и фото.
alternative-answered_before = посмотрите прежний ответ в «Моих сообщениях»; если что-то изменилось, отправьте новое сообщение.
alternative-obscene = напишите спокойно и понятно, что случилось и где.
alternative-private_dispute = обратитесь в суд или к участковому.

staff-done-ask = Вопрос отправили жителю.
staff-done-answer = Ответ отправили жителю.
staff-done-forward = Передали, житель об этом узнает.
staff-done-decline = Отказ отправили жителю.
staff-topic-changed = { $number }: новая тема — { $topic }.

staff-comment =
    💬 { $name } по { $number }:
    { $text }
staff-reopened =
    🔁 Житель вернул в работу { $number }:
    { $text }
staff-undelivered = ⚠️ { $number }: последнее сообщение жителю не доставлено, похоже, он закрыл переписку с ботом. Вернётся — доставим.
staff-soon = ⏰ Остался день: { $number } · { $topic }. Срок — { $time }.
staff-overdue = 🔴 Срок прошёл: { $number } · { $topic }.

find-usage = Напишите после команды номер или слова: /find 123 или /find яма Мира
find-none = По запросу «{ $query }» ничего не нашли. Попробуйте другое слово или часть номера.
find-some =
    { $count ->
        [one] Нашли { $count }
        [few] Нашли { $count }
       *[many] Нашли { $count }
    } по запросу «{ $query }»:
find-many = По запросу «{ $query }» нашли много, вот последние { $count }. Уточните запрос, если нужного нет:
open-none = Открытых сообщений нет.
open-list = Открыто: { $total }, просрочено: { $overdue }. Страница { $page } из { $pages }.
staff-line = { $mark }{ $number } · до { $date } · { $state } · { $topic }

digest =
    📋 Сводка на { $date }
    Открыто: { $open }, просрочено: { $overdue }, новых за сутки: { $new }.
digest-open = Показать открытые

chat-id =
    Здравствуйте! Адрес этого чата: { $address }
    Чтобы он стал служебным, впишите в настройки строку
    MCU_STAFF_CHAT={ $address }
    и перезапустите бота.
chat-id-staff = Это служебный чат, его адрес: { $address }
