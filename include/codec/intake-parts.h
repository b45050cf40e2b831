/* What the parts of intake share. For src/codec/intake*.c only. */
#ifndef CODEC_INTAKE_PARTS_H
#define CODEC_INTAKE_PARTS_H

#include "codec/intake.h"

/* Bytes of a certificate or a request; those that are known have less than one MiB. A build may say
 * otherwise. */
#ifndef KYMAN_CERT_MAX
#define KYMAN_CERT_MAX (16 * 1024 * 1024)
#endif
enum { INTAKE_CERT_MAX = KYMAN_CERT_MAX };

/* One reading of one file. Nothing stops at the first bad object: the first failure is kept, and
 * given back in the end. */
struct intake_reader {
	struct intake *out;
	const struct intake_options *options;
	const struct notes *notes; /* may be NULL */
	struct pw *key_pw;         /* of its own for keys; NULL: out->pw */
	struct blob *home;         /* where the bytes lie that are read; NULL: copy them */
	struct span label;         /* what the next items are called */
	struct span mark;          /* the label of the PEM block that is read, or empty */
	size_t offset;             /* where the object begins in the file */
	size_t opened;             /* locked things that the passphrase opened */
	size_t wrong;              /* and those that it did not */
	bool mixed;                /* items of more than one format */
	const char *code;          /* of the failure that is on its way; NULL: "damaged" */
	size_t failures;
	enum rc failed;   /* the first failure */
	struct err words; /* and its words */
};

/* Adds an item: bytes in r->home are viewed, others copied. RC_LIMIT, RC_NO_MEMORY. */
NODISCARD enum rc intake_add(struct intake_reader *r, enum item_kind kind, struct span der);

/* Adds a private key, which is taken over, also on failure. */
NODISCARD enum rc intake_add_key(struct intake_reader *r, struct secret **key);

/* Takes back the items from index count on. */
void intake_cut(struct intake_reader *r, size_t count);

/* Says that an object of this format was read: the file's format, or one of several. Static. */
void intake_is(struct intake_reader *r, const char *format);

/* Keeps a failure, when it is the first, and notes it under r->code. */
void intake_failed(struct intake_reader *r, const struct err *words);

/* The passphrase for containers, or the one for keys: NULL when there is none. Borrowed. */
NODISCARD enum rc intake_pw(struct intake_reader *r, bool for_key, struct pw **pw);

/* Reads one object: certificate, request, revocation list, key, PKCS#7; DER or BER. What stands
 * behind it is told. RC_UNKNOWN_FORMAT without words; RC_DAMAGED, RC_UNSUPPORTED with words. */
NODISCARD enum rc intake_object(struct intake_reader *r, struct span bytes, struct err *err);

/* Reads a PKCS#12 file, whose bytes are taken over. */
NODISCARD enum rc intake_container(struct intake_reader *r, struct buf *bytes, struct err *err);

/* Reads a part of a CMS database, which is taken over: its keys, or its requests alone. */
NODISCARD enum rc intake_cms(struct intake_reader *r, struct buf *file, struct err *err);

/* Reads a whole file of DER or BER, which is taken over: a container or an object, told from what a
 * transfer did to it. */
NODISCARD enum rc intake_binary(struct intake_reader *r, struct buf *file, struct err *err);

/* Reads text, which is taken over: blocks of PEM, or Base64 alone. */
NODISCARD enum rc intake_text(struct intake_reader *r, struct buf *file, struct err *err);

/* True for a private key that is not encrypted, by its first fields: PKCS#8, PKCS#1, SEC1, DSA. */
bool intake_is_private(struct span der);

/* Reads one. RC_DAMAGED, RC_UNSUPPORTED with words. */
NODISCARD enum rc intake_private(struct intake_reader *r, struct span der, struct err *err);

/* Reads an EncryptedPrivateKeyInfo: opens it when there is a passphrase, else keeps it locked. */
NODISCARD enum rc intake_locked(struct intake_reader *r, struct span der, struct err *err);

/* Reads the body of a block whose key is encrypted by RFC 1421 headers (DEK-Info's value). */
NODISCARD enum rc intake_dek(struct intake_reader *r, struct span info, struct span body,
			     struct err *err);

/* True for a SubjectPublicKeyInfo, or the keys and parameters that have no name of their own. */
bool intake_is_public(struct span der);

/* Reads one: PKCS#1's RSAPublicKey becomes a SubjectPublicKeyInfo. */
NODISCARD enum rc intake_public(struct intake_reader *r, struct span der, struct err *err);

/* True for parameters of Diffie-Hellman, DSA or elliptic curves. */
bool intake_is_params(struct span der);

/* What a file is that is none of ours, by its first bytes, binary or text: "an OpenSSH public key".
 * NULL when it is not known. Static. */
const char *intake_foreign(struct span file, bool text);

/* What a block of PEM is that is none of ours, by its mark: "an OpenSSH private key", or NULL.
 * Static. */
const char *intake_foreign_mark(struct span mark);

/* The format of a key database that is known by name only, so far: "jks", "jceks", or NULL.
 * Static. */
const char *intake_later(struct span file);

/* What a transfer did to DER whose size is not what its head announces: a phrase ("LF was made CR
 * LF"), or NULL when nothing is found. Static. mended then holds the bytes as they were, when that
 * can be told, else it is empty. */
const char *intake_mend(struct buf *mended, struct span file);

#endif
