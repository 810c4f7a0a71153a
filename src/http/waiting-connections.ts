// How many clients may wait to be accepted.

/**
 * For `listen`; the system may allow fewer (`net.core.somaxconn`, 4096 on Linux). Node's own 511 are a twentieth of a second at full
 * load: whoever comes when they are taken is not refused, but tries again after 1 s and 3 s, however soon there is room.
 */
export const mostWaitingConnections = 4096;
