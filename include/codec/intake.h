/* Whatever a file holds: certificates, keys, requests, revocation lists, containers; by content,
 * never by name, through transfer damage where it can be mended.
 *
 * intake_read takes a file's bytes apart into items. PEM is read leniently (BOM, CRLF, CR, UTF-16,
 * one long line, indented, text around, a dash missing, no BEGIN line, RFC 1421 headers of
 * encrypted keys), DER and BER too, PKCS#7 and PKCS#12 are opened. What is wrong is told in
 * problems; what cannot be mended is refused with one sentence. */
#ifndef CODEC_INTAKE_H
#define CODEC_INTAKE_H

#include "codec/codec.h"

enum item_kind {
	ITEM_CERT,
	ITEM_CSR,
	ITEM_CRL,
	ITEM_KEY,        /* PrivateKeyInfo in secret */
	ITEM_LOCKED_KEY, /* encrypted, no (right) passphrase: der is the EncryptedPrivateKeyInfo, or
			    empty for RFC 1421 ones */
	ITEM_PUBLIC_KEY, /* SubjectPublicKeyInfo */
	ITEM_PARAMS,     /* DH or EC parameters: shown, not used */
	ITEM_UNKNOWN,    /* a PEM block with a label that is not known */
};

struct item {
	enum item_kind kind;
	struct piece der;   /* not for ITEM_KEY */
	struct secret *key; /* ITEM_KEY: PrivateKeyInfo */
	struct piece label; /* UTF-8: friendlyName or PEM's own, or empty */
	bool trusted;       /* not switched off */
	long partner; /* ITEM_KEY in a container: index of its certificate's item; ITEM_CERT: of its
			 key's; -1 */
	size_t offset; /* where in the file it begins, for words */
};

struct intake {
	const char *format;   /* as in commands.md section 4: pkcs12, pkcs7, pem, certificate,
				 request, crl, private-key, public-key, parameters, stash, cms, jks,
				 jceks; NULL: nothing recognised */
	const char *encoding; /* "der", "pem", "ber", "base64", "binary" (stash, cms, jks); never
				 NULL once format is set */
	bool locked;          /* a passphrase would show more */
	struct item *items;
	size_t count;
	size_t room;
	struct kdb db; /* of a container that is a database (pkcs12): what it holds, with labels;
			  items are made of it too */
	struct pw *pw; /* what opened it; NULL when nothing was needed */
};

#define INTAKE_INIT            \
	{                      \
		.format = NULL \
	}

/* Bytes of a file: all that fits the library that takes DER apart, and what is taken unasked, so
 * that a file that is none of ours takes neither long nor much memory. */
enum { INTAKE_FILE_MAX = 2000000000, INTAKE_FILE_USUAL = 120 * 1024 * 1024 };

enum { INTAKE_ITEMS_MAX = 1000000 };

/* What the caller brings along. All may be NULL or 0. */
struct intake_options {
	const struct secret *pass;
	const struct secret *key_pass;
	uint64_t max_iterations;
	bool approved; /* nothing is opened that FIPS 140-3 does not approve: RC_NOT_APPROVED */
	const struct notes *problems;
};

/* Reads file (taken over, released also on failure). pass may be NULL (none at hand): what is
 * locked is then told, not refused. It is borrowed. key_pass (may be NULL: pass) opens PEM keys.
 * RC_WRONG_SECRET when pass was given and fits nothing that is locked; RC_UNKNOWN_FORMAT,
 * RC_DAMAGED, RC_UNSUPPORTED, RC_LIMIT with words without the file's name. max_iterations 0: the
 * default. problems may be NULL. `out` keeps what was found even on failure; release it with
 * intake_release. */
NODISCARD enum rc intake_read(struct intake *out, struct buf *file,
			      const struct intake_options *options, struct err *err);

/* Releases everything. */
void intake_release(struct intake *in);

/* The name of a kind for words: "certificate", "request", "private key"... Static. */
const char *item_kind_name(enum item_kind kind);

#endif
