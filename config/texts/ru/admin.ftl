### What an admin reads: categories and topics in the chat, their file, staff chats of a category.

# Menu and lists

admin-home =
    Настройка разделов и тем
    { $categories ->
        [one] Сейчас { $categories } раздел
        [few] Сейчас { $categories } раздела
       *[other] Сейчас { $categories } разделов
    }, { $topics ->
        [one] { $topics } тема.
        [few] { $topics } темы.
       *[other] { $topics } тем.
    }
    Изменения видны жителям сразу. Уже начатые и поданные сообщения не пропадут.

    Администраторы: { $admins }. Их список задаёт тот, кто обслуживает программу (настройка MCU_ADMINS).
admin-person = { $name } ({ $where })
admin-someone = администратор
admin-newcomers = Новые на сайте
newcomers-are-open = Чат на сайте открыт для новых жителей.
newcomers-are-closed = Чат на сайте закрыт для новых жителей до { $until }. Откроется сам.
newcomers-about = Закройте его на час, если с сайта идёт поток одинаковых или бессмысленных сообщений от новых людей. Кто уже переписывается, пишет дальше; новым скажем, когда зайти снова и куда обратиться сейчас. Мессенджеров это не касается.
newcomers-close = Закрыть на час
newcomers-close-anew = Закрыть ещё на час
newcomers-open = Открыть сейчас
newcomers-no-site = Чата для жителей на сайте у вас нет, закрывать нечего.
admin-list = Разделы
admin-add-category = Новый раздел
admin-export = Скачать файл
admin-import = Загрузить файл
admin-to-draft = Вернуться к сообщению
admin-to-home = В меню
admin-to-list = К списку
admin-to-category = К разделу
admin-next-page = Дальше →
admin-page-of = (страница { $page } из { $pages })
admin-categories = Разделы
admin-category-line =
    { $number }. { $title } — { $topics ->
        [one] { $topics } тема
        [few] { $topics } темы
       *[other] { $topics } тем
    }
admin-topics-of = Темы раздела «{ $title }»
admin-topics-none = В разделе «{ $title }» пока нет тем, поэтому жители его не видят.
admin-topic-line =
    { $number }. { $title } — { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }
admin-hidden-mark = (скрыто)
admin-gone = Этого больше нет: кто-то уже убрал или изменил. Вот что есть сейчас.

# The page of a category or a topic

admin-none = нет
admin-department = Отдел: { $department }
admin-as-category = как у раздела ({ $department })
admin-keywords = Ключевые слова: { $keywords }
admin-topic-count =
    { $count ->
        [one] В нём { $count } тема
        [few] В нём { $count } темы
       *[other] В нём { $count } тем
    }
admin-category-empty = Добавьте тему: без тем жители раздел не видят.
admin-own-chat = Отдельный служебный чат: { $chat }
admin-is-hidden = Скрыто: жители не видят
admin-parent-hidden = Раздел этой темы скрыт от жителей
admin-topic-head =
    { $title }
    Раздел: { $category }
admin-days =
    Срок: { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }
admin-place-needed = Место: обязательно
admin-place-free = Место: по желанию жителя
admin-is-fast = ⚡ Срочная: карточки приходят раньше других
admin-fast-in-vain = Отмечена срочной, но «⚡» сотрудники видят только у тем со сроком до { $most } дней

admin-topics = Темы
admin-add-topic = Новая тема
admin-edit-title = Название
admin-edit-emoji = Значок
admin-edit-days = Срок
admin-edit-department = Отдел
admin-edit-keywords = Ключевые слова
admin-no-place = Не требовать место
admin-want-place = Требовать место
admin-up = ↑ Выше
admin-down = ↓ Ниже
admin-more = Ещё…
admin-more-of = «{ $title }»: что сделать?
admin-hide = Скрыть от жителей
admin-show = Показать жителям
admin-fast = Отметить срочной ⚡
admin-not-fast = Не срочная
admin-move-to = В другой раздел
admin-bind = Отдельный служебный чат
admin-unbind = Отвязать служебный чат
admin-remove = Убрать совсем
admin-back = ← Назад

# What has changed

admin-changed = ✅ { $what }: { $before } → { $after }
admin-saved = ✅ Сохранено.
admin-fast-too-long = Срочной может быть тема со сроком до { $most } дней: иначе отметка ничего не значит. Сначала сократите срок.
admin-shifted = ✅ Теперь на месте { $place } из { $of }.
admin-at-the-end = Дальше двигать некуда.
admin-hid = ✅ Скрыто. В новых сообщениях жители этого не увидят.
admin-shown = ✅ Снова видно жителям.
admin-last-one = Так нельзя: жителям не останется ни одной темы. Сначала добавьте или покажите другую.
admin-category-added = ✅ Раздел «{ $title }» добавлен. Теперь добавьте в него темы: без них жители его не видят.
admin-topic-added = ✅ Тема «{ $title }» добавлена, жители её уже видят. Добавьте ключевые слова, тогда бот будет сам предлагать её по тексту.
admin-categories-full = Больше { $most } разделов завести нельзя. Уберите лишний.
admin-topics-full = Больше { $most } тем в одном разделе завести нельзя. Уберите лишнюю.
admin-line-bare = Вы написали только «{ $text }». Если передумали, нажмите «Отмена».
admin-line-bare-skip = Вы написали только «{ $text }». Если здесь ничего не нужно, нажмите «{ $button }».
admin-too-late = Это уже сохранено: исправление в сообщении ничего не меняет. Чтобы изменить, откройте меню: /admin
admin-cancelled = Хорошо, ничего не изменилось.

# Questions

admin-ask-title = Как назвать вместо «{ $title }»?
admin-ask-emoji = Сейчас значок: { $emoji }. Пришлите другой эмодзи.
admin-ask-days =
    Сейчас срок { $days ->
        [one] { $days } день.
        [few] { $days } дня.
       *[other] { $days } дней.
    } За сколько дней нужно решить? Напишите число. Он подействует на новые сообщения.
admin-ask-department = Сейчас отдел: { $department }. Кто отвечает? Напишите название отдела.
admin-ask-keywords =
    Сейчас: { $keywords }
    Напишите ключевые слова через запятую, все сразу: новые заменят прежние. По ним бот узнаёт тему в тексте жителя. Форма слова не важна: «яма» найдёт и «ямы», и «яму».
admin-ask-new-category = Как назовём раздел? Например: Дороги и тротуары
admin-ask-new-emoji = Какой значок поставить перед названием? Пришлите эмодзи.
admin-ask-new-department = Какой отдел за него отвечает?
admin-ask-new-topic = Как назовём тему? Например: Ямы и выбоины на дороге
admin-ask-new-days = За сколько дней нужно решить? Напишите число.
admin-ask-new-place = Нужно ли жителю указать место?
admin-yes = Да
admin-no = Нет
admin-no-emoji = Без значка
admin-no-department = Не указывать
admin-no-keywords = Без слов
admin-text-wanted = Напишите, пожалуйста, текстом.
admin-title-taken = «{ $title }» уже есть. Назовите иначе, чтобы жители не путали.
admin-keywords-wrong = Напишите слова через запятую, например: яма, выбоина, колея

# What is wrong with a value: in the chat and in a file alike

entry-title-short = Слишком коротко. Название — хотя бы две буквы.
entry-hidden-signs = Здесь есть знаки, которых не видно: так бывает, когда текст скопирован. Наберите его, пожалуйста, заново на клавиатуре.
entry-title-long = Название слишком длинное: { $length } знаков, а помещается { $most }.
entry-days-wrong = Срок «{ $days }» не подходит. Нужно целое число дней от 1 до { $most }, например: 10
entry-emoji-wrong = «{ $emoji }» не похоже на эмодзи. Нужен ровно один эмодзи, например 🌳.
entry-department-wrong = Напишите название отдела словами.
entry-department-long = Название отдела слишком длинное: можно до { $most } знаков.
entry-keywords-many = Слишком много ключевых слов: можно до { $most }.
entry-keyword-empty = Ключевое слово пустое: нужна хотя бы одна буква.
entry-keyword-long = «{ $word }» — слишком длинно для одного слова (до { $most } знаков). Не забыли запятую?

# Removing and moving

admin-ask-fate = По этой теме уже есть сообщения жителей. Что с ними сделать?
admin-fate-keep = Оставить как есть
admin-fate-move = Перенести в другую тему
admin-ask-heir-category = В какой раздел перенести сообщения?
admin-ask-heir = В какую тему?
admin-remove-topic = Убрать тему «{ $title }»? Жители больше не смогут её выбрать.
admin-remove-category =
    Убрать раздел «{ $title }»{ $topics ->
        [0] ?
        [one] { " " }и в нём { $topics } тему?
        [few] { " " }и в нём { $topics } темы?
       *[other] { " " }и в нём { $topics } тем?
    } Жители больше не смогут его выбрать.
admin-remove-keeps =
    { $count ->
        [one] { $count } сообщение останется с прежней темой.
        [few] { $count } сообщения останутся с прежней темой.
       *[other] { $count } сообщений останутся с прежней темой.
    }
admin-remove-moves =
    { $count ->
        [one] { $count } сообщение перейдёт
        [few] { $count } сообщения перейдут
       *[other] { $count } сообщений перейдут
    } в тему «{ $topic }».
admin-remove-yes = Убрать
admin-removed = ✅ «{ $title }» убрано.
admin-ask-target = В какой раздел перенести тему?
admin-moved = ✅ Тема «{ $title }» теперь в разделе «{ $category }». Её сообщения перешли вместе с ней.

# The file of categories

admin-exported = Все разделы и темы в одном файле. Его можно открыть в «Блокноте», поправить и загрузить обратно: /import
admin-import-ask =
    Пришлите файл с разделами (.yaml). Удобнее всего сначала скачать его командой /export, поправить и прислать сюда.
    Мы проверим его целиком и покажем, что изменится. До вашего подтверждения ничего не поменяется.
admin-import-checking = Проверяем файл…
admin-import-file-wanted = Ждём файл с разделами: прикрепите его к сообщению.
admin-import-one-file = Нужен один файл, а не несколько. Пришлите его отдельно.
admin-import-not-yaml = Это не файл с разделами: его имя кончается на .yaml. Скачать пример: /export
admin-import-lost = Не получилось забрать файл. Пришлите его, пожалуйста, ещё раз.
admin-import-problems =
    { $count ->
        [one] В файле { $count } ошибка, поэтому ничего не изменилось:
        [few] В файле { $count } ошибки, поэтому ничего не изменилось:
       *[other] В файле { $count } ошибок, поэтому ничего не изменилось:
    }
    { $problems }
admin-import-summary =
    Файл проверен, ошибок нет. Вот что изменится:
    { $plan }
    Загрузить?
admin-import-yes = Загрузить
admin-import-tree-changed = Пока вы смотрели, разделы изменил кто-то ещё. Проверьте ещё раз.
admin-imported =
    ✅ Разделы загружены.
    { $plan }
admin-plan-nothing = Файл совпадает с тем, что есть. Менять нечего.
admin-plan-added = Добавлено ({ $count }): { $titles }
admin-plan-changed = Изменено ({ $count }): { $titles }
admin-plan-removed = Убрано ({ $count }): { $titles }
admin-plan-appeals =
    { $count ->
        [one] По убранным темам есть { $count } сообщение: оно останется с прежней темой.
        [few] По убранным темам есть { $count } сообщения: они останутся с прежней темой.
       *[other] По убранным темам есть { $count } сообщений: они останутся с прежней темой.
    }
admin-plan-order = Меняется порядок.
admin-plan-no-topics = ⚠️ Без тем ({ $count }), поэтому жители их не увидят: { $titles }

# A staff chat of a category

admin-bind-how =
    Сообщения раздела «{ $title }» могут приходить в отдельный служебный чат.
    1. Добавьте бота в этот чат (группу или беседу) и сделайте его там администратором: иначе он может не увидеть, что пишут.
    2. Отправьте там: /bind { $code }
    Код подойдёт один раз, до { $until }. Передайте его только тому, кто подключает чат: все участники чата увидят сообщения жителей.
admin-bound = ✅ Чат { $chat } подключён к разделу «{ $title }» (подключил(а) { $name }). Если это не тот чат, отвяжите его на странице раздела.
admin-bind-in-group = Команду /bind отправляют в том чате, который нужно подключить. Код для неё — на странице раздела, кнопка «Ещё…».
admin-unbound = ✅ Чат отвязан и больше не служебный. Все его сообщения теперь в основном служебном чате: /open
admin-unbound-one = ✅ Раздел отвязан. Его новые сообщения придут в основной служебный чат. Чат { $chat } остаётся служебным: к нему привязаны и другие разделы.
admin-unbound-there = Новые сообщения раздела «{ $title }» сюда больше не приходят. Прежние остаются здесь.
staff-topic-retired = Сюда карточки больше не приходят: администратор это отключил. Сообщения жителей теперь в другой теме этой группы. Как с ними работать: /help
staff-chat-retired = Этот чат больше не служебный: администратор его отключил. Сообщения жителей теперь в основном служебном чате, здесь кнопки и ответы на карточки не действуют.
bind-done =
    ✅ Готово. Сюда будут приходить новые сообщения раздела «{ $title }».
    Как с ними работать: /help
bind-wrong = Код не подошёл: он неверный, уже использован или истёк. Попросите у администратора новый.
bind-main = Это основной служебный чат: сюда и так приходят сообщения всех разделов, у которых нет своего чата.
bind-open =
    Этот чат открыт для посторонних, поэтому служебным он не станет: кто угодно прочёл бы сообщения жителей и ответил бы им.
    { $why }
    Сделайте это и повторите /bind. Код ещё действует.
bind-untold = Не удалось узнать, закрыт ли этот чат от посторонних. Назначьте бота администратором чата, подождите минуту и повторите /bind. Код ещё действует.
staff-chat-open =
    ⚠️ Этот служебный чат открыт для посторонних: кто угодно прочтёт сообщения жителей и сможет ответить им от имени города.
    { $why }
    Пока это не сделано, бот будет напоминать раз в день.
bind-usage = Напишите команду вместе с кодом: /bind 123456. Код выдаёт администратор.
bind-choose = Сообщения какого раздела присылать в этот чат?

# Command line: python -m bot categories

categories-written = Разделы записаны в файл { $file }.
categories-not-written = Файл { $file } не записан: { $reason }.
categories-not-read = Файл { $file } не прочитан: { $reason }.
categories-wrong =
    В файле { $file } ошибки, ничего не изменилось:
    { $problems }
categories-sure = Загрузить? (да или нет)
categories-kept = Ничего не изменилось.
categories-moved = Пока вы смотрели, разделы изменил кто-то ещё. Ничего не изменилось, запустите команду ещё раз.
categories-loaded =
    Разделы загружены.
    { $plan }

# What is wrong in the file

tree-problem = Строка { $line }: { $text }
tree-more-problems =
    { $count ->
        [one] …и ещё { $count } ошибка.
        [few] …и ещё { $count } ошибки.
       *[other] …и ещё { $count } ошибок.
    }
tree-too-large = Файл слишком большой: можно до { $most } КБ.
tree-not-utf8 = Файл сохранён не в той кодировке. Сохраните его как UTF-8 (в «Блокноте»: «Сохранить как», внизу «Кодировка: UTF-8»).
tree-odd-character = Здесь есть непечатаемый знак. Сотрите эту строку и наберите её заново.
tree-not-yaml = Файл здесь записан не по правилам YAML. Проверьте отступы, кавычки, скобки и двоеточия: после двоеточия нужен пробел, а название с двоеточием берут в кавычки.
tree-tab = Отступ сделан табуляцией. Замените её пробелами.
tree-alias = Ссылки (& и *) в файле не разрешены. Напишите значение целиком.
tree-too-deep = Слишком много вложенных скобок или списков.
tree-empty = В файле нет ни одного раздела.
tree-not-list = Файл должен быть списком разделов: каждый начинается с «- id:».
tree-all-hidden = Жителям нечего будет выбрать: все темы скрыты, или их нет. Добавьте тему или уберите «hidden: true» хотя бы у одной.
tree-too-many-categories = Слишком много разделов: можно до { $most }.
tree-too-many-topics = В разделе слишком много тем: можно до { $most }.
tree-not-mapping = Здесь ждём раздел или тему: строки вида «title: Название», первая начинается с «- id:».
tree-topics-not-list = После «topics:» нужен список тем: каждая начинается с «- id:».
tree-unknown-key = Непонятное слово «{ $word }». Можно писать: { $known }.
tree-key-twice = «{ $word }» написано дважды, первый раз в строке { $line }.
tree-missing = Не хватает «{ $word }».
tree-not-text = Здесь нужно одно слово или строка, а не список.
tree-bad-id = «{ $id }» не подходит как id. Можно латинские строчные буквы, цифры и «_», до 32 знаков.
tree-id-twice = id «{ $id }» уже есть в строке { $line }. У каждого раздела и у каждой темы он свой.
tree-title-twice = Название «{ $title }» уже есть в строке { $line }.
tree-bad-flag = Вместо «{ $value }» нужно true (да) или false (нет).
tree-keywords-not-list = Ключевые слова пишут списком в скобках: [яма, выбоина].

# New keywords

admin-new-words = 📖 Новые слова
new-words-told =
    📖 Бот обновился и знает больше слов, по которым угадывает тему сообщения: { $count } { $count ->
        [one] новое слово
        [few] новых слова
       *[other] новых слов
    }. Ваши слова остались как были. Администратор может взять новые: /admin → «Новые слова».
new-words-about =
    Бот предлагает жителю тему по словам его сообщения. В новой версии таких слов больше: { $count }.

    Новые слова добавятся к вашим, ваши останутся. Можно взять все сразу или по разделам.
new-words-all = ✅ Взять все ({ $count })
new-words-of = { $title } (+{ $count })
new-words-never = Не нужно
new-words-taken = Готово, добавили: { $count }.
new-words-left = Хорошо, больше не предлагаем. Слова можно менять самим: раздел или тема → «Ключевые слова».
new-words-none = Новых слов нет: всё уже взято.

# The room of admins on the site, apart from the cards of the staff room.
admin-room = Настройки города — в отдельной комнате: так они не мешают коллегам и карточкам.
admin-room-open = Открыть настройки
