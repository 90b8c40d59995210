"""Being polite on the network: transports round a transport."""
