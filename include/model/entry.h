/* Entries and requests: what a key database holds. Immutable once made, and counted, so that a copy
 * of a database is a copy of pointers. */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include "base/secret.h"

/* Counted bytes: a file's contents, or what was made new. Views (struct piece) keep them alive. */
struct blob;

/* Takes the bytes of *from over (which becomes empty) into a new blob with one reference.
 * RC_NO_MEMORY: *from is released. */
NODISCARD enum rc blob_new(struct blob **blob, struct buf *from);

/* One more reference. NULL is fine. Returns b. */
struct blob *blob_ref(struct blob *b);

/* One reference less; the last one wipes (but see blob_public) and frees. *b may be NULL and
 * becomes NULL. */
void blob_unref(struct blob **b);

/* Says that b holds nothing private, as a file whose keys are shrouded: its bytes need not be
 * wiped, which of a hundred megabytes takes as long as their digest. */
void blob_public(struct blob *b);

/* The bytes: borrowed from the blob. Empty for NULL. */
struct span blob_span(const struct blob *b);

/* The buffer inside, for a loader that decrypts or sorts in place before anything views it. b must
 * not be NULL. */
struct buf *blob_buf(struct blob *b);

/* Bytes and the blob that they lie in (NULL: static, or none). Whoever copies one takes a reference
 * with piece_ref. */
struct piece {
	struct span span;
	struct blob *home;
};

/* A view of span, which lies in home; takes a reference. */
struct piece piece_of(struct span span, struct blob *home);

/* A piece with bytes of its own, copied. RC_NO_MEMORY. */
NODISCARD enum rc piece_copy(struct piece *piece, struct span span);

/* A piece that takes the bytes of *from over. RC_NO_MEMORY: *from is released. */
NODISCARD enum rc piece_take(struct piece *piece, struct buf *from);

/* Another reference to the same bytes. */
struct piece piece_ref(const struct piece *piece);

/* Gives the reference back; empty afterwards. */
void piece_release(struct piece *piece);

enum entry_kind { ENTRY_KEY, ENTRY_CERT, ENTRY_SECRET };

/* Flags of entries. */
enum {
	ENTRY_TRUSTED = 1 << 0, /* may be used to build and end a path; keys and certificates */
	ENTRY_RENAMED = 1 << 1, /* the loader had to make the label unique: to be told, and put
				   right by the next save */
	ENTRY_AS_IS =
	    1 << 2, /* the codec's: native says all that the entry says, and saving may copy it */
	ENTRY_HIDDEN = 1 << 3, /* the codec's: its certificate lay in an encrypted part */
};

/* Bytes of a new label. A build may say otherwise; what files have is taken as it is. */
#ifndef KYMAN_LABEL_MAX
#define KYMAN_LABEL_MAX 255
#endif
enum { LABEL_MAX = KYMAN_LABEL_MAX };

/* Something with a label. A key entry has certificate and key; a certificate entry its certificate;
 * a secret entry a key only. There may be a hundred thousand: a field more costs. */
struct entry {
	unsigned refs;
	enum entry_kind kind;
	unsigned flags;     /* ENTRY_... */
	struct piece label; /* UTF-8; from files maybe empty, never NULL */
	struct piece cert;  /* Certificate, DER, as it arrived */
	struct piece key;   /* EncryptedPrivateKeyInfo under the database's passphrase; empty while
			       open_key waits */
	struct secret *open_key; /* PrivateKeyInfo that the next save shrouds, or NULL */
	struct piece native; /* the format's own whole form of the certificate, with attributes that
				only it understands; or empty */
	struct piece key_native; /* the same of the key or secret */
};

/* A key pair that waits for its certificate. The label is apart from those of entries. */
struct request {
	unsigned refs;
	bool renews;        /* it will replace the certificate with this SHA-256 */
	bool surmised;      /* its file does not say so: label and subject do */
	struct piece label; /* UTF-8 */
	struct piece
	    csr; /* CertificationRequest, DER; empty for a key that came without certificate */
	struct piece key; /* as in struct entry */
	struct secret *open_key;
	unsigned char replaces[32];
	struct piece key_native;
};

/* A new entry of this kind, all else empty, with one reference: to be filled in before
 * anybody else sees it. NULL when out of memory. */
struct entry *entry_new(enum entry_kind kind);

/* A copy to be changed: as entry_new, with references to all that from has. It is not ENTRY_AS_IS
 * any more: its native forms serve for what the model does not know. NULL when out of memory. */
struct entry *entry_dup(const struct entry *from);

/* One more reference; the const is honoured: only the count changes. Returns e. */
struct entry *entry_ref(const struct entry *e);

/* One reference less; the last one frees. *e may be NULL and becomes NULL. */
void entry_unref(struct entry **e);

/* A new, empty request, as entry_new. */
struct request *request_new(void);

/* A copy to be changed, as entry_dup. */
struct request *request_dup(const struct request *from);

/* One more reference. Returns r. */
struct request *request_ref(const struct request *r);

/* One reference less; the last one frees. *r may be NULL and becomes NULL. */
void request_unref(struct request **r);

/* RC_OK for what a new label may be: 1 to LABEL_MAX bytes of UTF-8, no control, bidi or zero-width
 * character, not beginning with '#' or "sha256:". RC_USAGE with words. err may be NULL. */
NODISCARD enum rc label_check(struct span label, struct err *err);

/* The label of an entry; borrowed. */
struct span entry_label(const struct entry *e);

#endif
