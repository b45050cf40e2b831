/* Stash files (.sth): a database's passphrase, obscured, not encrypted. Versions 1 and 2 of IBM's
 * format. */
#ifndef CODEC_STASH_H
#define CODEC_STASH_H

#include "base/secret.h"

enum { STASH_SECRET_MAX = 128 };

/* Reads a stash of either version. RC_DAMAGED (wrong length, no terminator, check does not match).
 * The caller frees *pass. version may be NULL. */
NODISCARD enum rc stash_read(struct secret **pass, struct span file, int *version);

/* Writes a stash. RC_LIMIT for a passphrase over STASH_SECRET_MAX bytes or with a NUL, RC_USAGE for
 * a version that is neither 1 nor 2. The result is as private as the passphrase: a secret. */
NODISCARD enum rc stash_write(struct secret **file, const struct secret *pass, int version);

/* True for what may be a stash, by its length and, of version 2, its first bytes. */
bool stash_probe(struct span file);

/* True for one of version 2, which has a check in it: version 1 is known by its size alone. */
bool stash_is_checked(struct span file);

#endif
