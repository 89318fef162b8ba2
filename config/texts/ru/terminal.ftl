# What the operator reads in the terminal, and the commands menu.

run-ready = Бот работает. Каналы: { $channels }.
run-web = Чат на сайте: { $url }
run-staff = Рабочий стол (чат жителя и служебный чат рядом): { $url }
run-staff-only = Чат сотрудников: { $url }
run-admin = То же для администратора (разделы и темы — команда /admin): { $url }
run-links = Каждая ссылка для входа действует 15 минут и один раз. Новую даст команда { $command }
run-login = Войти в чат сотрудников: наберите в папке бота { $command } (администратору — { $admin }), команда даст ссылку. В журнал ссылки не пишутся.
run-stop = Остановить — Ctrl+C.
migrated = База обновлена.

# The command line: its commands, their arguments and options.
cli-about = mcu-bot — сообщения жителей в муниципальный центр управления. Без команды — запустить бота.
cli-check = Проверить настройки, базу, токены и права в служебном чате.
cli-migrate = Обновить таблицы базы (при запуске это делается само).
cli-code = Дать одноразовую ссылку для входа в чат сотрудников на сайте. Бот может работать.
cli-code-admin = Вход администратора.
cli-categories = Дерево категорий в виде файла YAML.
cli-categories-export = Записать дерево категорий в файл (без имени файла — на экран).
cli-categories-import = Заменить дерево категорий тем, что в файле; с ошибками ничего не меняется.
cli-categories-import-yes = Не переспрашивать.
cli-parked = События, которые не получилось обработать. Бот может работать.
cli-parked-show = Показать событие целиком, со словами жителя.
cli-parked-run = Выполнить событие ещё раз; all — все по порядку.
cli-parked-drop = Удалить событие, не выполняя.
cli-sessions = Кто вошёл в чат сотрудников на сайте. Бот может работать.
cli-sessions-end = Завершить вход с этим номером; all — все.
cli-usage = Как набирать:
cli-commands = Команды
cli-command = КОМАНДА
cli-arguments = Аргументы
cli-argument-file = ФАЙЛ
cli-about-file = Файл YAML.
cli-argument-which = НОМЕР
cli-about-which = Номер из списка.
cli-options = Ключи
cli-help = Показать эту справку.
cli-unknown = Неполная или незнакомая команда: { $typed }. Есть такие: { $commands }.
cli-mistyped = Команда набрана не так: { $typed }.
cli-extra = Лишнее в команде: { $typed }.
cli-hint = Что и как набирать, покажет { $command }

# The commands code and sessions.
code-staff =
    Вход в чат сотрудников: { $link }
    Откройте ссылку и нажмите «Войти». Она действует 15 минут и один раз.
code-needs-terminal =
    Ссылка для входа показывается только в терминале: из файла, журнала или канала её прочёл бы и кто-то другой. Код не создан.
    Наберите { $command } в терминале и не направляйте вывод никуда. Через ssh — «ssh -t», в Docker Compose — «docker compose exec» без «-T», в Kubernetes — «kubectl exec -it».
code-admin =
    Вход администратора: { $link }
    Откройте ссылку и нажмите «Войти». Она действует 15 минут и один раз.

# The command parked: events that could not be handled.
parked-none = Отложенных событий нет.
parked-line = { $id }. { $time }, { $channel }, { $kind }: { $error }
parked-kind-update = не прочитано
parked-kind-event = не обработано
parked-hint = Посмотреть: parked show НОМЕР (там слова жителя). Выполнить ещё раз: parked run НОМЕР или parked run all. Удалить: parked drop НОМЕР.
parked-unknown = Отложенного события { $id } нет.
parked-done = { $id }: выполнено.
parked-again = { $id }: снова не получилось ({ $error }). Событие осталось отложенным.
parked-dropped = { $id }: удалено.

# The one line with which the program stops.
stop-database-busy = MCU_DATABASE_URL: с этой базой уже работает другой процесс — видимо, бот уже запущен. Остановите его и повторите.
stop-database-away = MCU_DATABASE_URL: база не отвечает ({ $reason }). Проверьте адрес, имя и пароль, и что сама база запущена.
stop-database-gone = База пропала: файла { $detail } больше нет на месте. Бот остановлен, чтобы ничего не записать в никуда. Верните базу из резервной копии (docs/operations.md, «Резервная копия») и запустите бота.
stop-database-replaced = База подменена: на месте { $detail } теперь другой файл. Бот остановлен, чтобы ничего не записать в прежний. Если вы возвращали копию, просто запустите бота снова; перед этим его всегда останавливают.
stop-database-shrunk = База повреждена: файл { $detail } стал короче, чем был. Бот остановлен. Верните базу из резервной копии (docs/operations.md, «Резервная копия») и запустите бота.
stop-database-journal = Пропал журнал базы { $detail }. Бот остановлен и перенёс записанное в саму базу. Не удаляйте файлы рядом с базой, пока бот работает. Запустите его снова.
stop-database-damaged = MCU_DATABASE_URL: база повреждена ({ $detail }). Верните её из резервной копии (docs/operations.md, «Резервная копия») и запустите бота. Повреждённый файл сохраните: из него может быть спасено остальное.
stop-database-another = На месте базы теперь другая или пустая. Бот остановлен, чтобы не смешать их. Если вы возвращали копию, дождитесь её конца и запустите бота снова; перед этим все копии бота останавливают.
stop-database-older = База вернулась к более раннему состоянию, чем бот уже видел. Бот остановлен, чтобы начать с того, что есть. Если вы возвращали копию, просто запустите его снова.
stop-database-new = Базы нет, или она пуста ({ $detail }), а файлы жителей на месте: здесь уже работал город. Новый пустой не начат. Верните базу из резервной копии (docs/operations.md, «Резервная копия»). Если начинаете заново нарочно, сначала уберите папку с файлами { $files } в другое место.
stop-database-saved = То, что бот ещё помнил, сохранено в { $file }.
stop-migration-failed = MCU_DATABASE_URL: не получилось обновить таблицы ({ $reason }). Всё осталось как было: верните прежнюю версию программы — она запустится — и сообщите об этом разработчикам.
stop-database-newer = MCU_DATABASE_URL: эта база создана более новой версией программы. Обновите программу или верните базу из резервной копии.
stop-port-taken = MCU_WEB_PORT: порт { $port } на { $host } уже занят — видимо, бот уже запущен. Остановите то, что его занимает, или укажите другой.
stop-port-forbidden = MCU_WEB_PORT: порт { $port } занять нельзя, порты до 1024 доступны только администратору компьютера. Укажите, например, 8080.
stop-no-host = MCU_WEB_HOST: адреса { $host } на этом компьютере нет. Укажите 127.0.0.1 или 0.0.0.0.
stop-folder = { $setting }: не получилось записать в { $path } ({ $reason }). Дайте право пользователю, от имени которого работает бот, или укажите другую папку.

command-new = Новое сообщение
command-my = Мои сообщения
command-help = Помощь
command-start = Меню

# What the system refused; it stands in brackets, so without a full stop.
system-EACCES = нет прав
system-EPERM = нет прав
system-ENOENT = такого файла или папки нет
system-ENOTDIR = на этом пути стоит файл, а не папка
system-EISDIR = это папка, а нужен файл
system-EEXIST = на этом месте уже есть файл
system-ENAMETOOLONG = имя слишком длинное
system-ENOSPC = на диске нет места
system-EDQUOT = отведённое место на диске кончилось
system-EROFS = диск открыт только для чтения
system-EIO = диск не читается или не пишется
system-EMFILE = открыто слишком много файлов
system-ECONNREFUSED = по этому адресу и порту никто не отвечает
system-ECONNRESET = соединение оборвано
system-EPIPE = соединение оборвано
system-ETIMEDOUT = ответа не дождались
system-EHOSTUNREACH = до этого адреса нет связи
system-ENETUNREACH = до этого адреса нет связи
system-address = такого имени сервера нет, или нет связи
