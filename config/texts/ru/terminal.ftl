# What the operator reads in the terminal, and the commands menu.

run-ready = Бот работает. Каналы: { $channels }.
run-web = Чат на сайте: { $url }
run-staff = Рабочий стол (чат жителя и служебный чат рядом): { $url }
run-admin = То же для администратора (разделы и темы — команда /admin): { $url }
run-stop = Остановить — Ctrl+C.

command-new = Новое сообщение
command-my = Мои сообщения
command-help = Помощь
command-start = Меню
