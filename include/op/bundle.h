/* Certificates and keys as other programs want them: chains, and the files that hold them. */
#ifndef OP_BUNDLE_H
#define OP_BUNDLE_H

#include "op/op.h"
#include "pki/cert.h"

enum format { FORMAT_PEM, FORMAT_DER, FORMAT_P7B, FORMAT_P7C, FORMAT_P12 };

/* What --format says, else what the extension of path says; pem when neither does. */
enum format format_of(const struct args *args, const char *path);

/* A growing list of entries, borrowed. */
struct entry_list {
	const struct entry **items;
	size_t count;
	size_t room;
};

/* Appends e unless it is there. RC_NO_MEMORY. */
NODISCARD enum rc entry_list_add(struct entry_list *list, const struct entry *e);

/* Releases the list, not the entries. */
void entry_list_release(struct entry_list *list);

enum chain { CHAIN_NONE, CHAIN_NO_ROOT, CHAIN_ROOT };

/* What --chain, --no-chain and --root say; fallback when none is given. RC_USAGE when they
 * contradict. */
NODISCARD enum rc chain_of_args(enum chain *chain, const struct args *args, enum chain fallback,
				struct err *err);

/* Appends the issuers of a certificate, nearest first, from the entries of db. RC_NO_ISSUER with
 * words (who is missing) unless partial. */
NODISCARD enum rc chain_add(struct entry_list *list, const struct kdb *db, const struct cert *leaf,
			    enum chain chain, bool partial, struct err *err);

/* Appends the certificates (whole DER) in this form: PEM one after the other, DER just one
 * (RC_USAGE for more), PKCS#7. */
NODISCARD enum rc bundle_certs(struct buf *out, enum format format, const struct span *certs,
			       size_t count, struct err *err);

/* Reads back what will be written and counts: RC_INTERNAL with words when it does not hold so many
 * certificates and keys. bytes is copied. */
NODISCARD enum rc bundle_check(struct span bytes, size_t certs, size_t keys, struct err *err);

#endif
