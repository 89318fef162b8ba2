### What the MAX channel itself adds to messages.

let-read-max = Сделайте меня администратором этого чата и включите мне право «Читать все сообщения».

max-file-refused = ⚠️ Файл «{ $name }» не отправлен: MAX его не принимает.
