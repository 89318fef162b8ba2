### What the VK channel itself adds to messages.

vk-file-refused = ⚠️ Файл «{ $name }» не отправлен: ВКонтакте его не принимает.
