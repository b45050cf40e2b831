/* Symmetric keys, for the operations that open them. */
#ifndef OP_SECRET_KEY_H
#define OP_SECRET_KEY_H

#include "op/op.h"

/* The bytes of a secret key; the caller frees *raw. As codec_open_key; RC_DAMAGED with words that
 * name the entry. */
NODISCARD enum rc secret_key_open(struct secret **raw, const struct entry *e, struct pw *pw,
				  struct err *err);

/* How many bits a secret key has; 0 when that is not known (pw NULL, another kind of entry). */
unsigned secret_key_bits(const struct entry *e, struct pw *pw);

/* e (its key is open) is about to take the place of there: asks for a confirmation where a secret
 * key is lost. RC_NO_MEMORY. */
NODISCARD enum rc secret_key_ask(struct op_call *c, const struct entry *there,
				 const struct entry *e);

#endif
