"""The VK channel: the only place that imports vk-api."""
