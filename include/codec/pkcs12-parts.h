/* Private to the codec of PKCS#12: what its files share. */
#ifndef CODEC_PKCS12_PARTS_H
#define CODEC_PKCS12_PARTS_H

#include "codec/pkcs12.h"
#include "pki/oid.h"

/* SafeContents within SafeContents; what is known has one. A build may say otherwise. */
#ifndef KYMAN_SAFES_MAX
#define KYMAN_SAFES_MAX 8
#endif

/* Parts of an AuthenticatedSafe: what is ours has one for P12_BAGS_MAX bags. */
#ifndef KYMAN_PARTS_MAX
#define KYMAN_PARTS_MAX 500000
#endif

enum {
	P12_VERSION = 3,
	P12_META_VERSION = 1,
	P12_BAGS_MAX = 32, /* in a part that we write: GnuTLS drops the rest, silently */
	P12_NEST_MAX = KYMAN_SAFES_MAX,
	P12_PARTS_MAX = KYMAN_PARTS_MAX,
	P12_FOREIGN_ITERATIONS = 10000, /* the least that another program's file gets from us */
	P12_KEY_ID_SIZE = 20,           /* SHA-1 */
};

/* What an extra is. */
enum p12_extra {
	P12_EXTRA_BAG,  /* a SafeBag */
	P12_EXTRA_PART, /* a ContentInfo */
};

/* A SafeBag, taken apart. Borrowed. */
struct p12_bag {
	struct span whole;
	struct span id;    /* contents of the OID */
	struct span value; /* contents of [0] */
	struct span attrs; /* contents of the SET; empty when there is none */
};

/* The attributes of a bag that we understand. Borrowed. */
struct p12_attrs {
	unsigned name_tag;    /* of friendlyName; 0 without a usable one */
	struct span name;     /* its contents */
	struct span local_id; /* contents of the OCTET STRING */
	struct span request;  /* contents of our REQUEST's SEQUENCE */
	struct span meta;     /* contents of our META's SEQUENCE */
	bool has_request;
	bool has_meta;
	bool has_local_id;
	bool is_default;
	bool off;
	bool java;  /* Java's attribute as we write it */
	bool other; /* one of the above twice, or with a value that is not ours */
};

/* Says what is wrong with a file's length, which is what most damage is: head are its first bytes,
 * or all of them. RC_DAMAGED with words. */
NODISCARD enum rc p12_check_length(struct span head, uint64_t size, struct err *err);

/* RC_UNSUPPORTED with words for a PFX of another version or with another integrity than ours. type
 * is that of its ContentInfo. */
NODISCARD enum rc p12_check_frame(uint64_t version, struct span type, struct err *err);

/* struct codec's look. */
NODISCARD enum rc p12_look(const struct codec_head *head, struct pw *pw, struct err *err);

/* Takes a SafeBag apart that is the whole of `whole`, and its attributes as far as they are
 * understood. RC_DAMAGED; also when an attribute is no SEQUENCE of OID and SET. */
NODISCARD enum rc p12_bag_read(struct p12_bag *bag, struct p12_attrs *attrs, struct span whole);

/* What an attribute set is to say. */
struct p12_says {
	struct span label;           /* friendlyName; empty: none */
	const unsigned char *key_id; /* P12_KEY_ID_SIZE bytes, or NULL */
	bool java;
	bool off;
	bool is_default;
	const struct request *request; /* REQUEST of it, or NULL */
	struct span native; /* a whole bag whose attributes, as far as we do not understand them,
			       are kept; may be empty */
};

/* Appends, unless out is NULL, the attributes of a whole bag (it may be empty) that are not
 * understood. How many there are. */
size_t p12_put_others(struct buf *out, struct span native);

/* Appends the SET of attributes, sorted; nothing when there are none. RC_NO_MEMORY, RC_DAMAGED. */
NODISCARD enum rc p12_put_attrs(struct buf *out, const struct p12_says *says);

/* Appends a SafeBag: value is the contents of [0]. */
NODISCARD enum rc p12_put_bag(struct buf *out, enum oid id, struct span value,
			      const struct p12_says *says);

/* Appends a certBag. */
NODISCARD enum rc p12_put_cert(struct buf *out, struct span cert, const struct p12_says *says);

/* Appends a secretBag as the JDK writes it around an EncryptedPrivateKeyInfo. */
NODISCARD enum rc p12_put_secret(struct buf *out, struct span key, const struct p12_says *says);

/* The SHA-1 that key and certificate share as localKeyID. */
NODISCARD enum rc p12_key_id(unsigned char *id, struct span bytes);

/* Reads the contents of META into db; meta lies in home. RC_DAMAGED, RC_NO_MEMORY. */
NODISCARD enum rc p12_meta_read(struct kdb *db, struct span meta, struct blob *home);

/* Appends the empty safeContentsBag with META. */
void p12_put_meta(struct buf *out, const struct kdb *db);

/* --- Writing */

/* Wraps what will be size bytes of bags into a part: appends the heads of ContentInfo, Data,
 * SafeContents to head. */
void p12_part_head(struct buf *head, size_t size);

/* Appends a whole EncryptedData part around the SafeContents of these bags. */
NODISCARD enum rc p12_encrypted_part(struct buf *out, struct pw *pw, struct span bags);

/* Makes a PFX of the parts, which become empty: heads, parts, MAC. salt has PBE_SALT_SIZE bytes. */
NODISCARD enum rc p12_finish(struct pieces *out, struct pieces *parts, struct pw *pw,
			     const unsigned char *salt, uint64_t iterations);

/* --- Reading */

/* A certificate's localKeyID. Of a run of equal ones the first knows how many from there on are
 * taken: a file may give one to a hundred thousand. */
struct p12_cert_id {
	struct span id;
	size_t cert;
	size_t taken;
};

/* A private key that was read and waits for its certificate. */
struct p12_key {
	struct piece native;
	struct piece label;
	struct span key; /* EncryptedPrivateKeyInfo, in native's blob; empty for an open one */
	struct secret *open_key;
	struct span open; /* where an open one lies in native's blob, to be wiped */
	struct span id;   /* localKeyID */
	long cert;        /* of certs, or -1 */
	bool off;
	bool is_default;
};

/* A database on its way. */
struct p12_loader {
	struct kdb db;
	struct pw *pw; /* NULL: the public part */
	const struct notes *notes;
	struct err *err;
	struct blob
	    *labels; /* the chunk that converted labels go to; full ones live in their views */
	bool meta_seen;
	size_t odd_certs; /* certificate bags that hold none */

	struct entry **certs; /* NULL once taken by a key */
	size_t cert_count;
	size_t cert_room;
	struct p12_cert_id *ids;
	size_t id_count;
	size_t id_room;
	struct p12_key *keys;
	size_t key_count;
	size_t key_room;
	struct entry **secrets;
	size_t secret_count;
	size_t secret_room;
	struct request **requests;
	size_t request_count;
	size_t request_room;
};

/* Room for one more in an array of the loader. RC_NO_MEMORY. */
NODISCARD enum rc p12_room(void **array, size_t count, size_t *room, size_t size);

/* Reads the bags of a SafeContents, nested ones too. bytes lie in home; hidden: they were
 * encrypted. RC_DAMAGED with words, RC_LIMIT, RC_NO_MEMORY. */
NODISCARD enum rc p12_read_safe(struct p12_loader *l, struct span bytes, struct blob *home,
				bool hidden);

/* Wipes the bytes that open keys had in the file. */
void p12_wipe_open(struct p12_loader *l);

/* Where keys are expected, begins the derivation that opens those of these bags (a SafeContents)
 * or, where they do not begin with one, that shrouds new ones with this count. */
void p12_begin_key(struct p12_loader *l, struct span bags, uint64_t iterations);

/* Tells the passphrase under which salt and count new keys are shrouded: those that are there, so
 * that a reader derives once. A foreign file's count is raised where it is low. */
NODISCARD enum rc p12_set_shroud(struct p12_loader *l);

/* Brings keys and certificates together and puts everything into l->db. */
NODISCARD enum rc p12_assemble(struct p12_loader *l);

/* struct codec's load. */
NODISCARD enum rc p12_load(struct kdb *db, struct blob *in[CODEC_PARTS], struct pw *pw,
			   const struct notes *notes, struct err *err);

/* struct codec's save. */
NODISCARD enum rc p12_save(const struct kdb *db, struct pieces out[CODEC_PARTS], struct pw *pw,
			   const struct notes *notes, struct err *err);

/* Releases all but what l->db holds now. */
void p12_loader_release(struct p12_loader *l);

#endif
