### Mistakes in settings: the line with which the program stops.

settings-wrong = { $name }: { $need }, а указано «{ $value }».
settings-wrong-hidden = { $name }: { $need }, а указано другое.

settings-need-port = нужен номер порта от 1 до 65535 (0 — любой свободный)
settings-need-hour = нужен час от 0 до 23, например 9
settings-need-hours = нужны часы начала и конца рабочего дня, например 9-18
settings-need-on-off = нужно on (включить) или off (выключить)
settings-need-group = нужен номер сообщества без минуса и букв, например 123456789
settings-need-telegram-token = нужен токен бота, как его прислал @BotFather: цифры, двоеточие и длинный код, например 123456:ABC-DEF…
settings-need-max-token = нужен токен бота из кабинета https://business.max.ru: «Чат-боты» → ⋮ → «Настройки», одна строка без пробелов
settings-need-max-secret = нужен код из 5–256 латинских букв, цифр, «_» и «-»: придумайте его сами
settings-need-certificates = нужен файл с сертификатами в формате PEM, который программа может прочитать. Без этой строки действуют сертификаты Минцифры, которые приложены к программе.
settings-need-vk-token = нужен ключ доступа сообщества: одна строка из латинских букв, цифр, точек и дефисов
settings-need-secret = нужны только латинские буквы, цифры, _ и -, не больше 256 знаков
settings-need-url = нужен адрес вида { $name ->
    [MCU_S3_ENDPOINT] https://storage.yandexcloud.net
    [MCU_PRIVACY_URL] https://example.ru/privacy
    [MCU_FORMAL_URL] https://www.gosuslugi.ru/feedback
    [MCU_TELEGRAM_API_URL] https://api.telegram.org
    [MCU_VK_API_URL] https://api.vk.ru
    [MCU_MAX_API_URL] https://platform-api2.max.ru
   *[other] https://example.ru
}
settings-need-url-without-login = нужен адрес без имени и пароля: посредник перед MAX не может спрашивать их сам, место занято токеном бота. Пускайте бота к посреднику по его адресу.
settings-need-sentry = нужен адрес для отчётов об ошибках, с ключом и номером проекта: https://ключ@sentry.example.ru/1
settings-need-public-url = нужен адрес с https, например https://bot.example.ru (без https мессенджеры сообщения не передают)
settings-need-host = нужен адрес, на котором слушать: 127.0.0.1 (только этот компьютер) или 0.0.0.0 (вся сеть), без http:// и порта
settings-need-database = нужна строка, которая начинается с sqlite+aiosqlite:/// или postgresql+asyncpg://, например sqlite+aiosqlite:///data/mcu.db
settings-need-staff-chat = нужен адрес чата вида max:-70801090403050, telegram:-1001234567890, telegram:-1001234567890/17 (тема группы), vk:2000000001 или web:staff (его подскажет команда /id в этом чате)
settings-need-admins = нужны номера людей через запятую, например max:12345,vk:77 (человек узнаёт свой номер командой /id в личной переписке с ботом)
settings-need-timezone = нужен часовой пояс, например Europe/Moscow или Asia/Yekaterinburg
settings-need-prefix = нужно от 1 до 16 букв, цифр или дефисов, например МЦУ
settings-need-name = нужно название не длиннее 200 знаков в одну строку
settings-need-examiners = нужно 1 или 2: сколько процессов просматривают присланные файлы
settings-need-examiner-memory = нужно число мегабайт от 200 до 2000, например 300
settings-need-undo = нужно число секунд от 0 до 60, например 10 (0 — отправлять сразу)
settings-need-flood = нужно число сообщений в минуту от 1 до 6000, например 30 (0 — без ограничения)
settings-need-files = нужен адрес хранилища вида s3://имя-бакета или s3://имя-бакета/папка (без этой настройки файлы лежат в папке данных)
settings-need-clamav = нужен адрес антивируса ClamAV вида 127.0.0.1:3310 или unix:/run/clamav/clamd.ctl
settings-need-region = нужен регион хранилища, например ru-central1 или us-east-1
settings-need-folder = нужен путь к папке
settings-need-colour = нужен цвет вида #105090: решётка и шесть цифр или латинских букв
settings-need-colour-darker = нужен цвет темнее, на этом буквы не прочесть; ближайший подходящий: { $near }
settings-need-logo = нужен путь к картинке SVG, PNG, WebP или JPEG не больше 100 КБ
settings-need-origins = нужны адреса сайтов через запятую, без страниц: https://gorod.example.ru,https://www.example.ru
settings-need-other = нужно другое значение

settings-missing-vk-group-id = MCU_VK_GROUP_ID: не указан, а с MCU_VK_TOKEN он нужен. Это номер сообщества, например 123456789.
settings-missing-vk-token = MCU_VK_TOKEN: не указан, а с MCU_VK_GROUP_ID он нужен. Это ключ доступа сообщества: «Управление» → «Работа с API» → «Создать ключ».
settings-store-missing = { $name }: не указан, а для хранилища S3 нужны вместе MCU_FILES_URL, MCU_S3_ENDPOINT, MCU_S3_KEY и MCU_S3_SECRET. Файлы в папке данных — уберите все четыре строки.
settings-webhook-missing = { $name }: не указан, а с MCU_PUBLIC_URL он нужен. { $name ->
    [MCU_VK_CONFIRMATION] Это строка, которую должен вернуть сервер: «Управление» → «Работа с API» → «Callback API».
   *[other] Придумайте длинный код из латинских букв и цифр.
}
settings-dialogue-nowhere = { $name }: указано off, а больше жителям писать некуда. Включите MAX (MCU_MAX_TOKEN), ВКонтакте или чат на сайте, или уберите off.
settings-no-channel = MCU_WEB_CHAT: указано off, но нет и токенов мессенджеров. Укажите MCU_MAX_TOKEN, MCU_VK_TOKEN или уберите off.
settings-staff-channel-off = MCU_STAFF_CHAT: чат { $channel ->
    [max] в MAX
    [vk] во ВКонтакте
   *[telegram] в Telegram
}, но { $token } не указан. Укажите его или выберите другой чат.

settings-file-not-utf8 = { $file }: файл не в кодировке UTF-8. Сохраните его в UTF-8 («Блокнот»: «Сохранить как» → «Кодировка»).
settings-file-line = { $file }, строка { $line }: нужно ИМЯ=значение, кавычки — парами.
settings-file-closed = { $file }: нет права читать этот файл.
settings-file-is-folder = { $file }: это папка, а нужен файл с настройками.
settings-secret-file = { $name }: не получилось прочитать файл { $path } или он пуст. Нужен путь к файлу, в котором стоит только само значение.
settings-twice = { $name }: указаны и { $name }, и { $file }. Оставьте что-то одно.

# Warnings: the program goes on.
settings-unknown = { $name }: такой настройки нет, пропускаем.
settings-unknown-near = { $name }: такой настройки нет, пропускаем. Может быть, { $near }?
settings-removed-web-staff-token = { $name }: постоянного кода для входа на сайт больше нет, пропускаем. Сотрудники входят по одноразовым кодам: их дают команда /web в служебном чате и { $command } на сервере. Эту строку уберите.
settings-staff-chat-missing = MCU_STAFF_CHAT: не указан, поэтому карточки приходят в чат сотрудников на сайте. Чтобы они приходили в группу, добавьте туда бота, отправьте там /id и впишите ответ в .env.

# The answer to /id in a private chat.
person-id =
    Ваш номер: { $account }
    Чтобы менять разделы и темы в чате, попросите того, кто запускает бота, добавить его в настройку MCU_ADMINS.
