"""The outbox on its way out: ordered, fitted to the channel, sent, accounted for."""
