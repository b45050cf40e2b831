/* Formats of key databases: bytes to model and back, memory to memory. No codec opens a file, asks
 * or prints. */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include "base/task.h"
#include "model/kdb.h"
#include "pki/pbe.h"

enum { CODEC_PARTS = 2 };

enum probe { PROBE_NO, PROBE_MAYBE, PROBE_YES };

/* What a format can hold. */
enum {
	CODEC_LABELS = 1 << 0,
	CODEC_KEYS = 1 << 1,
	CODEC_TRUST = 1 << 2,
	CODEC_REQUESTS = 1 << 3,
	CODEC_SEVERAL = 1 << 4,
	CODEC_ENCRYPTED = 1 << 5,
	CODEC_SECRETS = 1 << 6,
	CODEC_WAITING = 1 << 7,  /* keys with neither certificate nor request */
	CODEC_RENEWALS = 1 << 8, /* which certificate a request renews */
};

/* What save hands out: runs of bytes, some its own, some borrowed from the database's blobs;
 * together they are the file. */
struct pieces {
	struct piece *items;
	size_t count;
	size_t room;
	uint64_t size;     /* in all */
	struct late *late; /* NULL: all bytes are there */
};

#define PIECES_INIT            \
	{                      \
		.items = NULL, \
	}

/* What fills in bytes of the last piece, beside the caller, while those before it are put. The
 * first member of what it works on; from malloc: the pieces that have it wait for its end and free
 * it. */
struct late {
	struct task task;
	enum rc rc; /* what came of it */
};

/* Appends a piece and takes a reference. RC_NO_MEMORY. Adjacent views of one blob become one piece.
 */
NODISCARD enum rc pieces_add(struct pieces *p, const struct piece *piece);

/* Appends bytes, taken over from *from (becomes empty). RC_NO_MEMORY. */
NODISCARD enum rc pieces_take(struct pieces *p, struct buf *from);

/* Moves all pieces of *from to the end of p; *from is empty afterwards. RC_NO_MEMORY: both are as
 * they were. */
NODISCARD enum rc pieces_move(struct pieces *p, struct pieces *from);

/* Releases everything; p is empty afterwards. */
void pieces_release(struct pieces *p);

/* Calls put(self, bytes) for each run in order until it fails; returns what it returned, or what
 * failed in making the last. */
NODISCARD enum rc pieces_each(const struct pieces *p, enum rc (*put)(void *self, struct span bytes),
			      void *self);

/* Something to be said about a file that was read all the same: calls note(self, code, message). */
struct notes {
	void (*note)(void *self, const char *code, const char *message);
	void *self;
};

/* Says it, when anybody listens; notes may be NULL. */
void notes_add(const struct notes *notes, const char *code, const char *format, ...) PRINTF(3, 4);

/* The beginning of a file that has not been read yet. */
struct codec_head {
	struct span bytes; /* the first of them; fewer than there are */
	uint64_t size;     /* how many there are */
	size_t part;
};

struct codec {
	const char *name;               /* "pkcs12", "cms" */
	const char *parts[CODEC_PARTS]; /* suffixes; NULL: the name as it is. The first is the
					   commit point */
	unsigned caps;                  /* CODEC_... */

	/* By the first bytes. */
	enum probe (*probe)(struct span head);

	/* What the first bytes of a part, and how many there are of it, say against it: whatever it
	 * refuses load would refuse, in the same words; what it cannot tell is RC_OK. pw may be
	 * NULL. */
	enum rc (*look)(const struct codec_head *head, struct pw *pw, struct err *err);

	/* Reads `in` (taken over: both blobs' references belong to db afterwards, also on failure)
	 * into db, which is empty before and after a failure. pw NULL: the public part only,
	 * db->verified false. notes may be NULL. RC_WRONG_SECRET, RC_DAMAGED, RC_UNSUPPORTED,
	 * RC_LIMIT with words that name record and rule, not the file. */
	enum rc (*load)(struct kdb *db, struct blob *in[CODEC_PARTS], struct pw *pw,
			const struct notes *notes, struct err *err);

	/* RC_LIMIT, in the words of save, when db has no room for this entry or request of its (the
	 * other is NULL), RC_POLICY when (both NULL) for what it is itself; what only save can tell
	 * is RC_OK. NULL: there is room for all. */
	enum rc (*fits)(const struct kdb *db, const struct entry *e, const struct request *r,
			struct err *err);

	/* Puts private keys in what is not understood under another passphrase, for the next save.
	 * RC_POLICY with words naming what holds one that cannot be got at; RC_DAMAGED where one
	 * does not open with old. NULL: there are none. */
	enum rc (*rekey)(struct kdb *db, struct pw *old, struct pw *pw, struct err *err);

	/* Writes db, which has no open keys left (codec_shroud), and keeps what is not understood.
	 * *out are all the parts. */
	enum rc (*save)(const struct kdb *db, struct pieces out[CODEC_PARTS], struct pw *pw,
			const struct notes *notes, struct err *err);
};

/* Puts, in db (a working copy), shrouded entries and requests in the place of those with an open
 * key. Before a save, and before a diff, since the pointers change. */
NODISCARD enum rc codec_shroud(struct kdb *db, struct pw *pw);

/* What every codec's save asks first: RC_NO_SECRET with words without passphrase, and where what is
 * encrypted was not read and would be lost; RC_INTERNAL for a key that waits in the clear, or none
 * where there must be one, which is the caller's fault. */
NODISCARD enum rc codec_may_save(const struct kdb *db, const struct pw *pw, struct err *err);

/* A private key of db in the clear: open_key copied, or the shrouded one opened with pw (NULL:
 * RC_NO_SECRET). RC_MISMATCH, with words that name the label, where it is not the key of the
 * entry's certificate. The caller frees *pkcs8. */
NODISCARD enum rc codec_open_key(struct secret **pkcs8, const struct entry *e, struct pw *pw,
				 struct err *err);

/* The same, whatever certificate the key belongs to: to look at it, or to carry it along. */
NODISCARD enum rc codec_open_any_key(struct secret **pkcs8, const struct entry *e, struct pw *pw,
				     struct err *err);

/* RC_MISMATCH with words that name the label when pkcs8, the key of e, is not that of its
 * certificate. What cannot be told is RC_OK. */
NODISCARD enum rc codec_check_key(const struct entry *e, const struct secret *pkcs8,
				  struct err *err);

/* RC_MISMATCH with words that name the label when the public key that pkcs8 says is not that of its
 * private part, whatever certificate it belongs to: a use of the key, for one that comes in. What
 * cannot be told is RC_OK. */
NODISCARD enum rc codec_prove_key(struct span label, const struct secret *pkcs8, struct err *err);

/* A request's key, as codec_open_key: compared with the public key that the request asks for. */
NODISCARD enum rc codec_open_request_key(struct secret **pkcs8, const struct request *r,
					 struct pw *pw, struct err *err);

/* A request's key, as codec_open_any_key. */
NODISCARD enum rc codec_open_any_request_key(struct secret **pkcs8, const struct request *r,
					     struct pw *pw, struct err *err);

/* As codec_check_key. */
NODISCARD enum rc codec_check_request_key(const struct request *r, const struct secret *pkcs8,
					  struct err *err);

extern const struct codec codec_cms;
extern const struct codec codec_pkcs12;

/* The codec for these first bytes; NULL when none says yes or maybe. */
const struct codec *codec_probe(struct span head);

/* The codec with this name; NULL when there is none. */
const struct codec *codec_by_name(const char *name);

/* RC_OK when the format holds all of db, else RC_POLICY with words that name the first thing that
 * would be lost. */
NODISCARD enum rc codec_can_hold(const struct codec *codec, const struct kdb *db, struct err *err);

/* The same of one entry. */
NODISCARD enum rc codec_can_hold_entry(const struct codec *codec, const struct entry *e,
				       struct err *err);

/* The same of one request, but for what it renews. */
NODISCARD enum rc codec_can_hold_request(const struct codec *codec, const struct request *r,
					 struct err *err);

/* How many things db, which was read in this format, has that are not understood: no other format
 * can hold them. */
size_t codec_unknown(const struct codec *codec, const struct kdb *db);

/* The same of one entry: attributes of its own. */
size_t codec_unknown_entry(const struct codec *codec, const struct entry *e);

#endif
