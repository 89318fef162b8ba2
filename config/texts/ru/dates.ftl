### Dates as people say them: each can follow the words for "until", "since" and "as of".

date-day = { $day } { $month ->
    [1] января
    [2] февраля
    [3] марта
    [4] апреля
    [5] мая
    [6] июня
    [7] июля
    [8] августа
    [9] сентября
    [10] октября
    [11] ноября
   *[12] декабря
}
date-day-and-year = { $date } { $year } года
date-time = { $day }, { $time }

# By when something will be done.
date-until = до { $day }
date-until-today = сегодня до { $time }
date-until-weekday = до { $weekday ->
    [1] понедельника
    [2] вторника
    [3] среды
    [4] четверга
    [5] пятницы
    [6] субботы
   *[7] воскресенья
}, { $day }
