# What the operator reads in the terminal, and the commands menu.

run-ready = Бот работает. Каналы: { $channels }.
run-web = Чат на сайте: { $url }
run-staff = Рабочий стол (чат жителя и служебный чат рядом): { $url }
run-staff-only = Чат сотрудников: { $url }
run-admin = То же для администратора (разделы и темы — команда /admin): { $url }
run-links = Каждая ссылка для входа действует 15 минут и один раз. Новую даст команда { $command }
run-login = Войти в чат сотрудников: наберите в папке бота { $command } (для администратора — с --admin). Она даст ссылку; в журнал ссылки не пишутся.
run-stop = Остановить — Ctrl+C.
migrated = База обновлена.

# Команды code и sessions.
code-staff =
    Вход в чат сотрудников: { $link }
    Откройте ссылку и нажмите «Войти». Она действует 15 минут и один раз.
code-admin =
    Вход администратора: { $link }
    Откройте ссылку и нажмите «Войти». Она действует 15 минут и один раз.

# Команда parked: события, которые не получилось обработать.
parked-none = Отложенных событий нет.
parked-line = { $id }. { $time }, { $channel }, { $kind }: { $error }
parked-kind-update = не прочитано
parked-kind-event = не обработано
parked-hint = Посмотреть: parked show НОМЕР (там слова жителя). Выполнить ещё раз: parked run НОМЕР или parked run all. Удалить: parked drop НОМЕР.
parked-unknown = Отложенного события { $id } нет.
parked-done = { $id }: выполнено.
parked-again = { $id }: снова не получилось ({ $error }). Событие осталось отложенным.
parked-dropped = { $id }: удалено.

# Одна строка, с которой программа останавливается.
stop-database-busy = MCU_DATABASE_URL: с этой базой уже работает другой процесс — видимо, бот уже запущен. Остановите его и повторите.
stop-database-away = MCU_DATABASE_URL: база не отвечает ({ $reason }). Проверьте адрес, имя и пароль, и что сама база запущена.
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

# Чего система не позволила; без точки в конце, стоит в скобках
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
