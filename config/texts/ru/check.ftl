### What `python -m bot check` says about settings, folder, database and port.

check-line = { $mark } { $subject }: { $text }
check-all-right = Всё в порядке.
check-some-wrong =
    { $count ->
        [one] Нужно исправить { $count } строку с ❌.
        [few] Нужно исправить { $count } строки с ❌.
       *[many] Нужно исправить { $count } строк с ❌.
    }

check-subject-settings = Настройки
check-settings-ok = прочитаны
check-subject-channels = Каналы
check-subject-staff = Служебный чат
check-staff = { $chat }
check-subject-admins = Администраторы
check-admins = { $admins }
check-admins-none = не указаны, разделы и темы в чате менять некому. Отправьте боту в личной переписке /id и впишите ответ в MCU_ADMINS.
check-subject-receiving = Приём сообщений
check-polling = бот сам забирает сообщения у мессенджеров
check-webhooks = мессенджеры передают сообщения на { $url }

check-subject-folder = Папка данных
check-subject-scanner = Антивирус
check-scanner-ok = ClamAV { $version }, базы от { $day }
check-scanner-no-signatures = ClamAV { $version } отвечает, но не сказал, какие у него базы. Обновите их программой freshclam.
check-scanner-limit = берёт не все файлы: поставьте StreamMaxLength { $size }M в clamd.conf. Пока этого нет, большие файлы ждут.
check-scanner-away = не отвечает, файлы жителей ждут. Проверьте MCU_CLAMAV и запущен ли clamd.
check-scanner-slow = отвечает слишком долго, файлы жителей ждут. Проверьте, хватает ли ему памяти.
check-scanner-odd = по адресу MCU_CLAMAV отвечает не ClamAV. Проверьте адрес.
check-subject-files = Хранилище файлов
check-files-ok = { $place }: запись, чтение и удаление проверены
check-files-key = { $place }: хранилище не принимает ключ или у ключа нет прав. Проверьте MCU_S3_KEY, MCU_S3_SECRET и MCU_S3_REGION; ключу нужны права писать, читать и удалять.
check-files-bucket = { $place }: такого бакета в хранилище нет. Создайте его или исправьте MCU_FILES_URL.
check-files-away = { $place }: хранилище не отвечает по адресу { $endpoint }. Проверьте MCU_S3_ENDPOINT и сеть.
check-folder-ok = { $path }, запись разрешена
check-folder-absent = { $path } ещё нет, она появится при первом запуске
check-folder-not-folder = { $path } — не папка. Укажите другую в MCU_DATA_DIR.
check-folder-closed = нет права писать в { $path }. Дайте его пользователю, от имени которого работает бот, или укажите другую папку в MCU_DATA_DIR.

check-subject-space = Место
check-space-files = для файлов
check-space-temporary = для того, что загружается
check-space-database = для базы
check-space-ok = { $place } свободно { $free } ГБ, файлы принимаются, пока больше { $floor } ГБ
check-space-low = { $place } свободно { $free } ГБ, это меньше запаса в { $floor } ГБ: файлы не принимаются, слова принимаются. Освободите место.
check-space-shared = файлы жителей и база на одном диске, и места на нём немного. Лучше держать файлы на другом: задайте MCU_FILES_DIR (как перенести: docs/operations.md).

check-subject-database = База
check-database-current = открывается, таблицы актуальны
check-database-absent = её ещё нет, появится при первом запуске
check-database-no-folder = нет права писать в { $path }. Дайте его пользователю, от имени которого работает бот, или укажите другую папку в MCU_DATABASE_URL.
check-database-empty = открывается, пустая: таблицы появятся при первом запуске
check-account-changed = был { $before }, теперь { $now }: это другая учётная запись. Карточки и ответы на них начнутся заново, а жителям, которые писали прежней, бот ответит, когда они напишут новой. Вернёте прежний токен — вернётся и прежнее.
check-database-old = открывается, при запуске таблицы обновятся. Перед обновлением сделайте резервную копию.
check-database-newer = создана более новой версией программы. Обновите программу или верните базу из резервной копии.
check-database-closed = открывается, но таблицы создать нельзя. Выполните в PostgreSQL от имени владельца базы: GRANT CREATE ON SCHEMA public TO пользователь_бота;
check-database-new = её нет, или она пуста, а файлы жителей в { $files } на месте: бот не начнёт новый пустой город. Верните базу из резервной копии; если начинаете заново нарочно, уберите эту папку в другое место.
check-database-damaged = файл повреждён. Остановите бота и верните базу из резервной копии. { $reason }
check-database-away = не отвечает ({ $reason }). Проверьте MCU_DATABASE_URL: адрес, имя, пароль, и что сама база запущена.
check-database-in-use = бот уже запущен и работает с этой базой

check-subject-port = Порт
check-port-free = { $address } свободен
check-port-any = при запуске будет взят любой свободный
check-port-ours = на { $address } уже отвечает запущенный бот
check-port-ours-unwell = на { $address } отвечает запущенный бот, но его база не работает
check-port-taken = { $address } занят другой программой. Остановите её или укажите другой порт в MCU_WEB_PORT.
check-port-forbidden = { $address } занять нельзя: порты до 1024 доступны только администратору компьютера. Укажите, например, MCU_WEB_PORT=8080.
check-port-no-host = адреса { $host } на этом компьютере нет. Укажите в MCU_WEB_HOST 127.0.0.1 или 0.0.0.0.

check-failed = проверить не получилось ({ $error })

check-room-open = чат { $chat } открыт для посторонних: кто угодно прочтёт сообщения жителей. { $why }
