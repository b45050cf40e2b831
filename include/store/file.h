/* What the files of this layer share; not for others. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "store/store.h"

/* RC_OK when path leads to a regular file; else RC_NO_FILE or RC_IO with words. */
NODISCARD enum rc store_check_file(const char *path, struct err *err);

/* A database file that is to be read. All borrowed. */
struct store_source {
	const char *real; /* links resolved */
	const char *name; /* as the user wrote it, for words */
	struct pw *pw;    /* NULL: public part only */
	size_t file_max;  /* as in struct store */
	const struct notes *notes;
	bool *forward; /* set when the second part was read from PART~new; may be NULL */
};

/* Where the second part of a database lies, and what a save makes on its way. All NULL where the
 * format has one part. PART~new of the second without that of the first is a save that was
 * committed and not finished: it counts, and not the second part that is there. */
struct parts {
	const char *first; /* borrowed */
	char *first_new;
	char *second; /* links resolved */
	char *second_new;
	/* As in struct fs_source, for the second; borrowed, may be NULL. */
	enum rc (*look)(void *self, struct span head, uint64_t size, struct err *err);
	void *self;
};

#define PARTS_INIT             \
	{                      \
		.second = NULL \
	}

/* Fills in *p, which is empty, for the database at real. RC_NO_MEMORY with words. */
NODISCARD enum rc parts_find(struct parts *p, const char *real, const struct codec *codec,
			     struct err *err);

/* Releases it; empty afterwards. */
void parts_release(struct parts *p);

/* True when a committed save waits for its end. */
bool parts_committed(const struct parts *p);

/* Ends the save that st, which is locked, was read from (st->forward), and removes what an older
 * one left of the second part. RC_IO with words. */
NODISCARD enum rc parts_finish(struct store *st, struct err *err);

/* Reads the second part, where one is *there, into file, which is empty before: one without a byte
 * is no part of any database, but is there. *forward says that one of a committed save is welcome,
 * and tells whether it is one. RC_NOT_FOUND: the files are being changed, and all is to be read
 * again. */
NODISCARD enum rc parts_read(struct buf *file, bool *there, const struct parts *p, bool *forward,
			     struct err *err);

/* What came of a codec's save, with the words of a save: rc, or RC_LIMIT for parts that are too
 * long. */
NODISCARD enum rc store_encoded(const struct store *st, enum rc rc,
				const struct pieces out[CODEC_PARTS], struct err *err);

/* Reads and loads it into db, which is empty before and after a failure; *codec by content. id may
 * be NULL. As store_open otherwise. */
NODISCARD enum rc store_read(struct kdb *db, const struct codec **codec,
			     const struct store_source *from, struct fs_id *id, struct err *err);

/* Removes a file and syncs its folder. RC_IO with words; RC_OK when it was not there. */
NODISCARD enum rc store_remove(const char *path, struct err *err);

/* PATH~new: what a save of path writes. NULL when out of memory; the caller frees it. */
char *store_new_name(const char *path);

/* Opens what a save that was killed left at name. -1 when there is nothing, or somebody is writing
 * it. The caller closes it; until then nobody takes it for a left-over. */
int store_open_left_over(const struct store *st, const char *name);

/* Ends what a save that was killed began with the stash: STASH~new gets its name when it opens the
 * database, which is locked, and goes when it opens none. is_new: the database is not there yet,
 * so that it cannot be its. */
void store_stash_settle(const struct store *st, bool is_new);

#endif
