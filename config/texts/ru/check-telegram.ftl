### What `python -m bot check` says about Telegram.

check-telegram-token-ok = Бот @{ $name } отвечает.
check-telegram-token-refused = Telegram не принимает токен. Возьмите новый у @BotFather: команда /mybots, ваш бот, API Token.
check-telegram-away = Telegram не отвечает: { $reason }. Проверьте сеть и MCU_TELEGRAM_API_URL.

check-telegram-polling-ok = Сообщения забирает сам бот, внешний адрес не нужен.
check-telegram-polling-webhook-set = Сейчас сообщения уходят на другой адрес ({ $host }). При запуске бот заберёт их себе. Если там работает другой бот с этим токеном, один из двух нужно выключить.
check-telegram-webhook-ok = Telegram передаёт сообщения на { $url }.
check-telegram-webhook-not-set = Адрес { $url } ещё не передан Telegram, бот сделает это при запуске.
check-telegram-webhook-failing =
    { $waiting ->
        [0] Telegram не смог передать сообщение
        [one] Telegram не может передать { $waiting } сообщение
        [few] Telegram не может передать { $waiting } сообщения
       *[other] Telegram не может передать { $waiting } сообщений
    } на { $url }: { $reason }. Проверьте, что адрес открыт снаружи по HTTPS, а сертификат действителен.

check-telegram-chat-ok = Бот состоит в чате «{ $title }» и может писать.
check-telegram-chat-not-found = Чат { $chat } не найден. Добавьте бота в группу и отправьте в ней /id, чтобы узнать её номер.
check-telegram-chat-moved = Группа стала супергруппой, её новый номер { $chat }. Укажите telegram:{ $chat }.
check-telegram-chat-not-group = { $chat } не группа. Чат сотрудников должен быть группой или супергруппой.
check-telegram-chat-not-member = Бота нет в чате «{ $title }». Добавьте его.
check-telegram-chat-cannot-write = В чате «{ $title }» боту нельзя писать. Разрешите отправку сообщений или назначьте его администратором.
check-telegram-chat-cannot-send-media = В чате «{ $title }» боту нельзя отправлять фото, видео или файлы. Разрешите или назначьте его администратором.

check-telegram-reads-ok = Бот видит все сообщения чата сотрудников.
check-telegram-reads-replies-only = Бот видит в чате сотрудников только команды и ответы на свои сообщения. Назначьте его администратором чата или выключите режим приватности: @BotFather, /setprivacy, Disable, затем удалите бота из группы и добавьте снова.
check-telegram-no-topics = В группе «{ $title }» сейчас нет тем, а в MCU_STAFF_CHAT указана тема { $topic }. Карточки приходят в саму группу. Включите темы снова или напишите MCU_STAFF_CHAT={ $chat }.
check-telegram-topic-message = Проверяем, принимает ли тема сообщения. Это сообщение сейчас исчезнет, отвечать не нужно.
check-telegram-topic-ok = Тема { $topic } группы «{ $title }» принимает сообщения.
check-telegram-topic-closed = Тема { $topic } группы «{ $title }» не принимает сообщения ({ $reason }): её закрыли или удалили. Откройте её, или отправьте /id в другой теме и впишите ответ в .env.
check-telegram-anonymous = Анонимно пишут администраторы: { $names }. Бот не видит, кто из них пишет: на вопрос бота они должны отвечать кнопкой «Ответить» под ним. Проще выключить: настройки группы → «Администраторы» → имя → «Анонимность».

telegram-room-no-group = Это не группа. Создайте закрытую группу сотрудников и добавьте в неё бота.
telegram-room-public = У группы есть открытое имя { $names }: по нему её найдёт и войдёт кто угодно. В настройках группы: «Тип группы» → «Частная».
telegram-room-found = Группу можно найти в поиске и вступить в неё. В настройках группы: «Тип группы» → «Частная».
telegram-room-of-channel = Группа привязана к каналу: пишут в неё и читают её все, кто читает канал. В настройках группы: «Связанный канал» → «Отвязать канал».
