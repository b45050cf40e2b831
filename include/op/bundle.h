/* Certificates and keys as other programs want them: chains, and the files that hold them. */
#ifndef OP_BUNDLE_H
#define OP_BUNDLE_H

#include "op/issuers.h"
#include "op/op.h"

enum format { FORMAT_PEM, FORMAT_DER, FORMAT_P7B, FORMAT_P7C, FORMAT_P12 };

/* What --format says, else what the extension of path says; pem when neither does. */
enum format format_of(const struct args *args, const char *path);

/* True when a p12 file is to be text: Base64 between the marks of PEM. */
bool format_is_base64(const struct args *args);

/* A growing list of entries, borrowed, each once. */
struct entry_list {
	const struct entry **items;
	size_t count;
	size_t room;
	size_t *slots; /* private: where in items an entry stands, plus one; 0: free */
	size_t slot_count;
};

/* Appends e unless it is there. RC_NO_MEMORY. */
NODISCARD enum rc entry_list_add(struct entry_list *list, const struct entry *e);

/* True when e is there. */
bool entry_list_has(const struct entry_list *list, const struct entry *e);

/* Releases the list, not the entries. */
void entry_list_release(struct entry_list *list);

/* Which issuers go along. */
enum {
	CHAIN_ISSUERS = 1 << 0, /* all but the root */
	CHAIN_ROOT = 1 << 1,    /* the root too */
	CHAIN_PARTIAL = 1 << 2, /* one that is missing is no failure */
};

/* What --chain, --no-chain, --root and --partial say, in CHAIN_ flags; fallback where none of the
 * first three is given. RC_USAGE when they contradict. */
NODISCARD enum rc chain_of_args(unsigned *chain, const struct args *args, unsigned fallback,
				struct err *err);

/* Appends the issuers of a certificate, nearest first; without CHAIN_ISSUERS nothing. RC_NO_ISSUER
 * with words (who is missing) unless CHAIN_PARTIAL. */
NODISCARD enum rc chain_add(struct entry_list *list, const struct issuers *issuers,
			    const struct cert *leaf, unsigned chain, struct err *err);

/* Appends the certificates (whole DER) in this form: PEM one after the other, DER just one
 * (RC_USAGE for more), PKCS#7. */
NODISCARD enum rc bundle_certs(struct buf *out, enum format format, const struct span *certs,
			       size_t count, struct err *err);

/* Asks for the passphrase (--out-pass) of a file with keys in this form, which --iterations makes
 * slow to try; without that the database's number. *pw NULL: in the clear, which is said. RC_USAGE,
 * RC_NO_SECRET with words. The caller frees *pw. */
NODISCARD enum rc bundle_pw(struct pw **pw, struct op_call *c, enum format format, const char *file,
			    struct err *err);

/* Reads back what will be written and counts: RC_INTERNAL with words when it does not hold so many
 * certificates and keys. bytes is copied. */
NODISCARD enum rc bundle_check(struct span bytes, size_t certs, size_t keys, struct err *err);

#endif
