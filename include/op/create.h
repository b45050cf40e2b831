/* A new key pair with its certificate: for cert create, one or many. */
#ifndef OP_CREATE_H
#define OP_CREATE_H

#include "op/entry-make.h"
#include "op/issuer.h"
#include "op/shape-args.h"

/* What one is made of. Borrows. */
struct creation {
	const struct args *args; /* words: the label, the names */
	const struct kdb *db;
	struct warnings *warnings;
	const struct issue_tools *tools; /* NULL: made for this one */
	struct shape_args sa;            /* filled by create_shape */
	struct issuer is;                /* likewise; entry NULL: self-signed */
};

#define CREATION_INIT                                     \
	{                                                 \
		.sa = SHAPE_ARGS_INIT, .is = ISSUER_INIT, \
	}

/* Fills in shape and issuer (its key is not opened) and checks them, label and key type. As the
 * functions of shape-args.h and issuer_find. */
NODISCARD enum rc create_shape(struct creation *c, struct err *err);

/* What is to be done, in *needed, as --if-exists says: RC_DUPLICATE, RC_CONFLICT with words when
 * the label is taken. */
NODISCARD enum rc create_needed(bool *needed, const struct creation *c, struct err *err);

/* Makes a key and its certificate, signed with signer (NULL: with the key itself). der is appended
 * to; the caller frees *pkcs8. */
NODISCARD enum rc create_pair(struct buf *der, struct secret **pkcs8, const struct creation *c,
			      const struct key *signer, struct err *err);

/* Releases it. */
void creation_release(struct creation *c);

#endif
