/* Secrets: passphrases, private keys, derived keys. The only place for them.
 *
 * A secret has its own mapping, locked (best effort), left out of core dumps and of children, and
 * is wiped when it is freed. All that live are on a list that secret_wipe_all wipes: an exit
 * handler and the handlers of fatal signals call it. Small secrets share locked pages, so that ten
 * thousand keys do not need ten thousand mappings. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/buf.h"

struct secret;

enum { SECRET_MAX = 64 * 1024 * 1024 };

/* A new secret of size bytes (0 is fine), all zero. RC_NO_MEMORY, RC_LIMIT over SECRET_MAX. *s is
 * NULL on failure. The caller frees it with secret_free. */
NODISCARD enum rc secret_new(struct secret **s, size_t size);

/* A new secret that holds a copy of the bytes. As secret_new. */
NODISCARD enum rc secret_from(struct secret **s, struct span bytes);

/* A new secret with the bytes of another; NULL gives NULL. As secret_new. */
NODISCARD enum rc secret_copy(struct secret **s, const struct secret *from);

/* Its bytes, writable, for as long as it lives. s must not be NULL. */
unsigned char *secret_data(struct secret *s);

/* Its length in bytes; 0 for NULL. */
size_t secret_size(const struct secret *s);

/* Its bytes, borrowed; empty for NULL. */
struct span secret_span(const struct secret *s);

/* Makes it shorter and wipes what is cut off. size must not be more than it has. */
void secret_cut(struct secret *s, size_t size);

/* True when both hold the same bytes, in time that depends on the lengths only. NULL equals NULL
 * and nothing else. */
NODISCARD bool secret_equal(const struct secret *a, const struct secret *b);

/* Wipes and frees *s and sets it to NULL; *s may be NULL. */
void secret_free(struct secret **s);

/* Wipes every live secret's bytes. Async-signal-safe; nothing may use a secret afterwards. */
void secret_wipe_all(void);

/* True once there was any secret: else nobody else's memory has the remains of one either. */
bool secret_was_made(void);

/* True once secret_wipe_all was called: what is made of secrets from then on is of no use, and a
 * thread must not hand it on. */
bool secret_wiped(void);

/* Turns core dumps off (RLIMIT_CORE, PR_SET_DUMPABLE) and has secret_wipe_all run at exit. Once,
 * from main. */
void secret_protect_process(void);

#endif
