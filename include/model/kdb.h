/* A key database: ordered entries and, apart from them, requests, metadata, and what its format
 * carried that is not understood. */
#ifndef MODEL_KDB_H
#define MODEL_KDB_H

#include "model/entry.h"
#include "pki/pbe.h"

/* Something that a format carried and we do not understand: written back as it is, but for what its
 * codec has to change about it. */
struct extra {
	struct piece whole;
	struct piece changed; /* what stands in its place from the next save on; or empty */
	bool was_encrypted;   /* must not go back into the clear */
	unsigned kind;        /* the codec's own */
};

enum { KDB_SALT_MAX = 32 };

struct kdb_index;

struct kdb {
	struct entry **entries; /* in the order of `cert list`: keys, certificates, secrets; the
				   default key first */
	size_t count;
	size_t room;
	struct request **requests;
	size_t request_count;
	size_t request_room;
	struct extra *extras;
	size_t extra_count;
	size_t extra_room;
	const struct entry *default_entry; /* one of entries, or NULL */
	bool default_chosen;    /* somebody chose it, or it was the first key to be added; else a
				   file's first key for want of another */
	int64_t expires;        /* when the passphrase expires; 0: never */
	uint64_t record_length; /* 0: none was set */
	bool fips;
	unsigned version;     /* of the format: 3 for PKCS#12; 3, 4, 6 for CMS */
	uint64_t iterations;  /* of the file's MAC and shrouds; 0 when it has none */
	enum pbe_form shroud; /* how its new keys are shrouded */
	bool verified;        /* its integrity was proven with the passphrase */
	bool locked;          /* a passphrase would show more */
	bool foreign;         /* another program wrote the file: the next save brings our layout */
	bool all_parts;       /* the next save writes a part that holds nothing, too */
	bool hidden_certs;    /* certificates lay encrypted in it, or (locked) may lie there */
	unsigned char mac_salt[KDB_SALT_MAX]; /* of the file's MAC, kept while the passphrase is:
						 who changes that sets mac_salt_size to 0 */
	size_t mac_salt_size;
	struct piece meta_rest;  /* fields of the metadata that are not understood */
	struct kdb_index *index; /* private; made when first needed */
};

#define KDB_INIT                \
	{                       \
		.entries = NULL \
	}

/* Releases everything; db is empty (KDB_INIT) afterwards. */
void kdb_release(struct kdb *db);

/* Makes room for this many entries in all, so that a loader needs no more than that. RC_NO_MEMORY.
 */
NODISCARD enum rc kdb_reserve(struct kdb *db, size_t count);

/* Makes *to a copy of pointers: same entries, one more reference each. *to must be empty.
 * RC_NO_MEMORY: it is empty again. */
NODISCARD enum rc kdb_copy(struct kdb *to, const struct kdb *from);

/* Swaps two databases. */
void kdb_swap(struct kdb *a, struct kdb *b);

/* Adds e after the last entry of its kind and takes a reference of its own; the caller keeps
 * theirs. RC_DUPLICATE when the label is taken (also ignoring case), or when the certificate is
 * there already (then *twin, which may be NULL, is the entry in the way; borrowed); db is then
 * unchanged. The first key becomes the default. */
NODISCARD enum rc kdb_add(struct kdb *db, struct entry *e, const struct entry **twin);

/* Adds many new keys at once, in time that grows with their number: as kdb_add, for key entries
 * whose labels and certificates are known to be neither among each other nor in db. RC_NO_MEMORY.
 */
NODISCARD enum rc kdb_add_keys(struct kdb *db, struct entry *const *keys, size_t count);

/* Adds what a loader found: as kdb_add, but a taken or empty label is made unique: e's label is
 * replaced (flag ENTRY_RENAMED), by the certificate's CN, else its subject, with " (2)" and so on.
 * A certificate that is there twice is added (label differing); a certificate entry whose label and
 * certificate are there already is RC_DUPLICATE. Only for an entry that nobody else sees. */
NODISCARD enum rc kdb_load_entry(struct kdb *db, struct entry *e);

/* Puts e in the place of old, which must be in db. RC_DUPLICATE when e's label, or a certificate
 * that is not old's, is that of a third entry. The default follows when old was the default; e that
 * is the first key, where old was none, becomes it. Order by kind is kept. */
NODISCARD enum rc kdb_replace(struct kdb *db, const struct entry *old, struct entry *e,
			      const struct entry **twin);

/* Puts e, which differs from the entry at this position in neither kind, label nor certificate, in
 * its place. position is less than db->count. Takes a reference of its own. */
void kdb_put_at(struct kdb *db, size_t position, struct entry *e);

/* Takes e out. When it was the default, there is none (callers choose another or say so). */
void kdb_remove(struct kdb *db, const struct entry *e);

/* Makes e, a key entry of db, the default that somebody chose and moves it to the front. NULL: no
 * default. */
void kdb_set_default(struct kdb *db, const struct entry *e);

/* Makes the index of labels, so that all that look for one on several threads only read.
 * RC_NO_MEMORY. */
NODISCARD enum rc kdb_index_labels(struct kdb *db);

/* The entry with exactly this label; NULL when there is none. Borrowed, as all that kdb_find...
 * return. */
const struct entry *kdb_find(const struct kdb *db, struct span label);

/* The entry whose label is equal after simple case folding. */
const struct entry *kdb_find_folded(const struct kdb *db, struct span label);

/* The entry with this certificate. */
const struct entry *kdb_find_cert(const struct kdb *db, struct span der);

/* Where e stands among the entries, or -1. */
long kdb_position(const struct kdb *db, const struct entry *e);

/* Adds a request, as kdb_add: RC_DUPLICATE when its label is taken among requests. */
NODISCARD enum rc kdb_add_request(struct kdb *db, struct request *r);

/* Puts r in the place of old. */
NODISCARD enum rc kdb_replace_request(struct kdb *db, const struct request *old, struct request *r);

/* Adds a request that a loader found: as kdb_add_request, but a taken or empty label is made
 * unique. Only for one that nobody else sees. */
NODISCARD enum rc kdb_load_request(struct kdb *db, struct request *r);

/* Takes r out. */
void kdb_remove_request(struct kdb *db, const struct request *r);

/* The request with exactly this label. */
const struct request *kdb_find_request(const struct kdb *db, struct span label);

/* The request whose label is equal after folding. */
const struct request *kdb_find_request_folded(const struct kdb *db, struct span label);

/* Keeps something unknown. Takes a reference to piece's blob. RC_NO_MEMORY. */
NODISCARD enum rc kdb_add_extra(struct kdb *db, const struct piece *whole, bool was_encrypted,
				unsigned kind);

/* Appends a label for a certificate that brings none: its CN, else its subject, cleaned of what
 * label_check refuses and cut to LABEL_MAX, made unique in db with " (2)" and so on. */
NODISCARD enum rc kdb_free_label(struct buf *label, const struct kdb *db, struct span cert);

/* Appends wish, made unique in db with " (2)" and so on. */
NODISCARD enum rc kdb_unique_label(struct buf *label, const struct kdb *db, struct span wish);

/* How many entries of a kind there are. */
size_t kdb_count(const struct kdb *db, enum entry_kind kind);

#endif
