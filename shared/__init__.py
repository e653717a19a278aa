"""What more than one service uses: the event contract, the write path, the log, the relay, the consumer, the edges."""
