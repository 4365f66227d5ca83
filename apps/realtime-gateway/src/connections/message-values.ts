/** How many values a message may have: the gateway parses it in one turn of the event loop, while all other connections wait. */
export const maxMessageValues = 200_000;

/** The reason in the answer to a larger message. */
export const tooManyValues = `it has more than ${maxMessageValues} values; send it over HTTP.`;
