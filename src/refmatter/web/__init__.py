"""The HTTP stack: cache, quota, circuit breaker, retry, rate limit and network, as transports."""
