/* An open database: path, format, passphrase, contents. The only code that opens database files.
 *
 * Readers take no lock: they see the old file or the new one, whole. A writer locks the database
 * itself (flock, its inode looked at again once it is granted), reads it again when it changed, and
 * saves to PART~new in the same folder (0600 from the open call on; owner, group and group bits
 * kept), fsync, rename, fsync of the folder. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/fs.h"
#include "codec/codec.h"

struct store {
	char *path; /* as the user wrote it; for words. Owned */
	char *real; /* links resolved. Owned */
	const struct codec *codec;
	struct pw *pw; /* NULL: opened without, public part only */
	struct kdb db;
	struct fs_id id; /* of the file that db was read from */
	struct fs_owner owner;
	int lock;        /* descriptor, -1 when not locked */
	size_t file_max; /* bytes of what is read; 0: STORE_FILE_MAX */
	bool forward; /* its second part is PART~new still: the next save ends the last one first */
	bool narrowed; /* a save took bits for others away: to be told */
};

#define STORE_INIT                       \
	{                                \
		.path = NULL, .lock = -1 \
	}

/* Bytes of a database's file; more would not fit the library that takes DER apart. */
enum { STORE_FILE_MAX = 2000000000 };

/* Fills in path and real, unless they are there already: what the others do first. RC_NO_MEMORY,
 * RC_NO_FILE, RC_IO. */
NODISCARD enum rc store_set_path(struct store *st, const char *path, struct err *err);

/* Looks whether path leads to a regular file that begins like a database: before anybody is asked
 * for a passphrase. RC_NO_FILE, RC_IO, RC_UNKNOWN_FORMAT with words. */
NODISCARD enum rc store_check(const char *path, struct err *err);

/* Opens path: reads it and loads it with pw (taken over also on failure, *pw becomes NULL; NULL:
 * public part). codec NULL: by content. Words name the path and the next step. RC_NO_FILE, RC_IO,
 * RC_UNKNOWN_FORMAT (text, empty, ...), RC_WRONG_SECRET, RC_DAMAGED, RC_UNSUPPORTED, RC_LIMIT. */
NODISCARD enum rc store_open(struct store *st, const char *path, struct pw **pw,
			     const struct notes *notes, struct err *err);

/* Takes the writers' lock of path, before store_open or after it; waits at most wait seconds.
 * Left-overs of a save that was killed (PART~new) are removed then; a stash that it had not named
 * yet gets its name. RC_LOCKED, RC_NO_FILE, RC_IO.
 */
NODISCARD enum rc store_lock(struct store *st, const char *path, unsigned wait, struct err *err);

/* Gives the lock back; nothing when there is none. */
void store_unlock(struct store *st);

/* Reads the file again when it is not the one that db was read from. */
NODISCARD enum rc store_refresh(struct store *st, const struct notes *notes, struct err *err);

/* Saves db (codec_shroud was called) in place of what is there and, when it worked, swaps it in:
 * *db then holds what was there. Locked by the caller, and still locked, as the new file, when it
 * is in place. RC_OUTPUT: it is, only the sync of the folder failed (swapped in as well). Any other
 * failure: nothing changed. */
NODISCARD enum rc store_save(struct store *st, struct kdb *db, const struct notes *notes,
			     struct err *err);

/* What a new database is, who owns it, and its mode. */
struct store_new {
	const struct codec *codec;
	struct pw *pw; /* taken over by store_create */
	bool set_mode;
	bool set_uid;
	bool set_gid;
	struct fs_owner owner;
};

/* All of a save but the writing: what of db (a working copy, which the caller drops afterwards) the
 * format refuses, in the words of a save. codec is what it is to be written as. pw is new when it
 * is not the store's (every key is shrouded anew), and not taken over. */
NODISCARD enum rc store_try(const struct store *st, struct kdb *db, const struct store_new *how,
			    const struct notes *notes, struct err *err);

/* Fills in owner (user) and group by name or number; either may be NULL. RC_NOT_FOUND with words.
 */
NODISCARD enum rc store_new_owner(struct store_new *how, const char *user, const char *group,
				  struct err *err);

/* Fills in st->owner: what how says, else what the database has, else (not opened: it is to be
 * made) the process's own, 0600. */
void store_own(struct store *st, const struct store_new *how);

/* Makes a new database of what db holds, as how says (how->pw becomes NULL). Of several at once one
 * succeeds, the others RC_EXISTS. st is then as after store_open and store_lock. */
NODISCARD enum rc store_create(struct store *st, const char *path, struct kdb *db,
			       struct store_new *how, struct err *err);

/* Shrouds every key of db (a working copy) anew under pw. Where st was opened without passphrase,
 * what is shrouded in db is under pw already. RC_DAMAGED naming the entry when a shroud does not
 * open; a key that is not its certificate's is told, and goes along. notes may be NULL. */
NODISCARD enum rc store_rekey(const struct store *st, struct kdb *db, struct pw *pw,
			      const struct notes *notes, struct err *err);

/* Changes the passphrase for the next save: db (a working copy) gets every key shrouded anew under
 * pw, which is taken over and becomes the store's when the save worked (store_save_as). RC_DAMAGED
 * naming the entry when a shroud does not open. */
NODISCARD enum rc store_save_as(struct store *st, struct kdb *db, struct pw **pw,
				const struct notes *notes, struct err *err);

/* Puts a new database of what db holds, as how says (how->pw becomes NULL), in the place of the one
 * that is there, of which nothing stays. As store_save otherwise. */
NODISCARD enum rc store_replace(struct store *st, struct kdb *db, struct store_new *how,
				const struct notes *notes, struct err *err);

/* Removes the database's parts, and a stash that was set aside; locked by the caller. Killed at any
 * moment it leaves all of them, or nothing that counts. */
NODISCARD enum rc store_delete(struct store *st, struct err *err);

/* Gives the lock back, closes, wipes, releases. Safe after anything, twice too. */
void store_close(struct store *st);

/* --- Stashes --- */

enum stash_state { STASH_MISSING, STASH_OK, STASH_STALE, STASH_OTHER };

/* "missing", "ok", "stale", "other". Static. */
const char *stash_state_name(enum stash_state state);

/* The passphrase in the stash beside path (its stem + ".sth"), or in STASH~new when that opens the
 * database: a save that was killed had changed it, and not its stash. RC_NO_SECRET with words when
 * there is none, RC_DAMAGED when it is no stash. */
NODISCARD enum rc store_stash_load(struct secret **pass, const char *path, struct err *err);

/* What was seen of a database and of the stash beside it, which db passwd replaces one after the
 * other. */
struct store_pair {
	struct fs_id database;
	struct fs_id stash;
};

/* Looks at both; what is missing is all zero. */
void store_pair_see(struct store_pair *pair, const char *path);

/* True when one of them has changed since, or a new stash is on its way: a reader whose passphrase
 * from the stash was wrong should read both again. */
bool store_pair_moves(const struct store_pair *seen, const char *path);

/* The version of that stash, 2 when there is none that can be read. */
int store_stash_version(const char *path);

/* True when a file lies where path's stash would, or STASH~new opens the database; also when out of
 * memory, which reading it will say. A stash has none. */
bool store_has_stash(const char *path);

/* Where the stash of the database at path lies: beside it; where either is a link, what it
 * leads to. NULL when
 * out of memory. The caller frees it. */
char *store_stash_path(const char *path);

/* What the stash beside an open database is worth: ok (opens it), other (it opens another database
 * of that stem), stale (opens none). Where the database was opened without passphrase, the stash is
 * tried on it. */
NODISCARD enum rc store_stash_state(enum stash_state *state, const struct store *st,
				    struct err *err);

/* RC_OK when the stash beside st (of which path and real are enough) may be written or removed:
 * there is none, it opens this database, or it opens none. RC_CONFLICT when it opens another. */
NODISCARD enum rc store_stash_may_go(const struct store *st, struct err *err);

/* Owner and mode that the stash of st gets: those that it has, less the bits for others (*narrowed
 * tells), else those of the database. */
void store_stash_owner(struct fs_owner *owner, bool *narrowed, const struct store *st);

/* Writes the stash (pass may be the new passphrase), with store_stash_owner's owner and mode, as
 * ~new. RC_CONFLICT, and untouched, when the file there opens another database of the same stem. */
NODISCARD enum rc store_stash_save(const struct store *st, const struct secret *pass, int version,
				   struct err *err);

/* The stash is to go with its database, which is locked: moves one that opens it to STASH~new,
 * where it counts while the database is there, and store_delete removes it. One that opens nothing
 * is removed; RC_CONFLICT when it is another's. RC_OK when there is none. */
NODISCARD enum rc store_stash_delete(const struct store *st, struct err *err);

#endif
