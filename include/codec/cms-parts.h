/* Private to the codec of CMS databases: what its files share. */
#ifndef CODEC_CMS_PARTS_H
#define CODEC_CMS_PARTS_H

#include "codec/cms.h"

enum {
	CMS_HEAD_SIZE = 48,
	CMS_SALT_SIZE = 24,
	CMS_CHECK_MAX = 48,
	CMS_SLOT_MIN = 1024, /* z/OS takes 2500 and more */
	CMS_SLOT_MAX = 16 * 1024 * 1024,
	CMS_RECORD_TYPE = 1,
	CMS_LOOKUPS = 5,
	CMS_LOOKUP_SIZE = 20, /* SHA-1 */
	CMS_FLAGS_MAX = 8,    /* bytes of flags that are understood */
};

/* What an extra is. */
enum cms_extra {
	CMS_EXTRA_SLOT,          /* a slot of the .kdb */
	CMS_EXTRA_REQUEST_SLOT,  /* a slot of the .rdb */
	CMS_EXTRA_REQUESTS_HEAD, /* the .rdb's head: it is there, and this is what it is like */
};

/* --- The frame */

/* A file, taken apart. Borrowed. */
struct cms_file {
	unsigned version;
	bool is_requests;
	uint32_t expires;
	uint32_t slot_size;
	uint32_t count;
	struct span head; /* its first 48 bytes */
	struct span check1;
	struct span check2;
	struct span slots;
};

/* Takes a file apart. RC_DAMAGED, RC_UNSUPPORTED (version, kind) with words. */
NODISCARD enum rc cms_file_read(struct cms_file *f, struct span file, struct err *err);

/* RC_UNSUPPORTED or RC_DAMAGED with words for a file that is the database's other part. */
NODISCARD enum rc cms_check_kind(const struct cms_file *f, size_t part, struct err *err);

/* struct codec's look: the head, the length that follows from it, and whether the passphrase is the
 * one of the first check. */
NODISCARD enum rc cms_look(const struct codec_head *head, struct pw *pw, struct err *err);

/* What a head says. */
struct cms_head {
	unsigned version;
	bool is_requests;
	int64_t expires;
	uint32_t slot_size;
	uint32_t count;
	struct span salt; /* 24 bytes */
	struct span old;  /* the head that was read, for what we do not understand; or empty */
};

/* Appends the 48 bytes. */
void cms_put_head(struct buf *out, const struct cms_head *head);

/* How long a check of this version is; 0 for versions that are not known. */
size_t cms_check_size(unsigned version);

/* Check 1 into out (CMS_CHECK_MAX bytes). */
NODISCARD enum rc cms_check_head(unsigned char *out, unsigned version, struct span head,
				 struct span pass);

/* Check 2 on its way. Starts with cms_seal_start and ends with cms_seal_end, which must be called
 * also after a failure. */
struct cms_seal {
	unsigned version;
	size_t slot_size;
	struct span pass;
	struct digest *mac;
	unsigned char sum[CMS_CHECK_MAX];
};

/* Begins; s->pass was set, and is borrowed until the end. */
NODISCARD enum rc cms_seal_start(struct cms_seal *s, unsigned version, size_t slot_size,
				 struct span head, struct span check1);

/* Adds slots, whole ones. */
NODISCARD enum rc cms_seal_slots(struct cms_seal *s, struct span slots);

/* Ends: check 2 into out, which may be NULL. */
void cms_seal_end(struct cms_seal *s, unsigned char *out);

/* Verifies both checks: RC_WRONG_SECRET when the first does not match, RC_DAMAGED when the second
 * does not. */
NODISCARD enum rc cms_verify(const struct cms_file *f, struct span pass);

/* --- Records */

/* A slot, taken apart. Borrowed. */
struct cms_slot {
	struct span whole;
	uint32_t type;
	uint32_t number;
	struct span record;  /* DER */
	struct span label;   /* as it is stored */
	uint32_t issuer;     /* the issuer's record */
	struct span lookups; /* lengths and values */
	struct span rest;    /* what follows, mostly zeros: see cms_rest */
};

/* Takes a slot apart. RC_DAMAGED when a length leads out of it. */
NODISCARD enum rc cms_slot_read(struct cms_slot *s, struct span whole);

/* What follows the lookup values, without the zeros at its end. */
struct span cms_rest(const struct cms_slot *s);

/* What a record is: the number of its context tag. */
enum cms_what { CMS_REQUEST = 0, CMS_CERT = 1, CMS_KEY = 2, CMS_SECRET = 3 };

/* A slot's DER, taken apart. Borrowed. */
struct cms_record {
	enum cms_what what;
	struct span id;   /* the whole INTEGER */
	struct span cert; /* of a request: its CertificationRequest */
	struct span key;  /* EncryptedPrivateKeyInfo */
	unsigned label_tag;
	struct span label;
	unsigned char flags[CMS_FLAGS_MAX];
	struct span rest; /* fields behind the flags */
};

/* Takes a record apart. RC_UNSUPPORTED when it is not understood. */
NODISCARD enum rc cms_record_read(struct cms_record *r, struct span der);

/* Its flags. */
bool cms_is_trusted(const struct cms_record *r);
/* The other one. */
bool cms_is_default(const struct cms_record *r);
/* Sets both. */
void cms_set_flags(struct cms_record *r, bool trusted, bool is_default);

/* A slot's label as UTF-8: a view of it where it is that already, else converted; NULs at its end
 * do not count. Where it is empty the record's. home is the slot's blob. RC_NO_MEMORY. */
NODISCARD enum rc cms_label(struct piece *label, const struct cms_slot *s,
			    const struct cms_record *r, struct blob *home);

/* The five lookup values of a certificate, one behind the other. RC_DAMAGED for what is none. */
NODISCARD enum rc cms_lookups(unsigned char *out, struct span cert);

/* Appends a slot: s and r as they are to stand there, with lookup values of the certificate.
 * RC_LIMIT when it does not fit; *need is how much it takes. */
NODISCARD enum rc cms_put_slot(struct buf *out, const struct cms_slot *s,
			       const struct cms_record *r, size_t slot_size, size_t *need);

/* RC_LIMIT with words for a record that takes more bytes than there are. */
enum rc cms_too_long(struct span label, size_t need, uint32_t slot_size, struct err *err);

/* RC_POLICY with words for an expiry that the head has no room for. */
NODISCARD enum rc cms_check_expiry(const struct kdb *db, struct err *err);

/* --- The codec */

/* struct codec's fits. */
NODISCARD enum rc cms_fits(const struct kdb *db, const struct entry *e, const struct request *r,
			   struct err *err);

/* By the first bytes. */
enum probe cms_probe(struct span head);

/* struct codec's load. Without part 0, part 1 alone is read: for those who look into a file. */
NODISCARD enum rc cms_load(struct kdb *db, struct blob *in[CODEC_PARTS], struct pw *pw,
			   const struct notes *notes, struct err *err);

/* The key entry of db whose certificate a request will replace, as far as a CMS database can tell:
 * that with the same label and subject. csr is DER. NULL when there is none. */
const struct entry *cms_renewed(const struct kdb *db, struct span label, struct span csr);

/* RC_OK when a CMS file holds what db is; what it forgets is told. RC_POLICY with words;
 * RC_INTERNAL for a version that there is not, which is the caller's fault. */
NODISCARD enum rc cms_check_contents(const struct kdb *db, const struct notes *notes,
				     struct err *err);

/* struct codec's rekey. */
NODISCARD enum rc cms_rekey(struct kdb *db, struct pw *old, struct pw *pw, struct err *err);

/* struct codec's save. */
NODISCARD enum rc cms_save(const struct kdb *db, struct pieces out[CODEC_PARTS], struct pw *pw,
			   const struct notes *notes, struct err *err);

#endif
