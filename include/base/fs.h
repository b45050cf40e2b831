/* Files: whole reads that never wait, identities, and files that appear whole or not at all. */
#ifndef BASE_FS_H
#define BASE_FS_H

#include "base/buf.h"
#include "base/secret.h"

#include <sys/types.h>

/* What a path leads to: enough to see that two are one file and that it has not changed since. */
struct fs_id {
	uint64_t device;
	uint64_t inode;
	uint64_t size;
	int64_t changed_s;
	int64_t changed_ns;
};

/* Owner, group and mode that a new file gets. */
struct fs_owner {
	uid_t uid;
	gid_t gid;
	mode_t mode; /* permission bits only */
};

enum fs_kind { FS_NONE, FS_REGULAR, FS_FOLDER, FS_DEVICE, FS_FIFO, FS_LINK, FS_OTHER };

/* Plain words for an errno value: static. */
const char *fs_words(int error);

/* What is at path; links are followed unless no_follow. FS_NONE also when it cannot be seen. */
enum fs_kind fs_kind(const char *path, bool no_follow);

/* True when both paths lead to one file. */
bool fs_same(const char *a, const char *b);

/* True when both ids name one file, whatever happened to its contents. */
bool fs_id_same_file(const struct fs_id *a, const struct fs_id *b);

/* True when both name one file and it was not changed in between. */
bool fs_id_unchanged(const struct fs_id *a, const struct fs_id *b);

/* Reads a whole regular file (or FIFO, or device; "-" is standard input) into out, which is empty
 * before. Never waits to open: a FIFO that nobody writes to is RC_IO. RC_NO_FILE; RC_LIMIT over
 * limit bytes (a sparse file of 3 GB is refused without being read); RC_IO with words for folders,
 * sockets, unreadable files. id may be NULL. Words in err name the path. */
NODISCARD enum rc fs_read(struct buf *out, const char *path, size_t limit, struct fs_id *id,
			  struct err *err);

enum { FS_HEAD_SIZE = 4096 };

/* What is to be read, and who is shown its beginning. All borrowed. */
struct fs_source {
	const char *path;
	size_t limit;
	/* Sees the first FS_HEAD_SIZE bytes of a regular file that has more, and how many it has,
	 * before anything else is read or room is made for it: its failure ends the reading. NULL:
	 * nobody looks. */
	enum rc (*look)(void *self, struct span head, uint64_t size, struct err *err);
	void *self;
};

/* As fs_read; also what look says, and its words. */
NODISCARD enum rc fs_read_from(struct buf *out, const struct fs_source *from, struct fs_id *id,
			       struct err *err);

/* The first line of a file, without its line end (LF or CRLF), into a new secret; at most limit
 * bytes, else RC_LIMIT. An empty line gives an empty secret. As fs_read otherwise; no stdio, no
 * copy is left. */
NODISCARD enum rc fs_read_line(struct secret **line, const char *path, size_t limit,
			       struct err *err);

/* The next line of an open descriptor, byte by byte, so that nothing behind it is taken. As
 * fs_read_line. RC_CANCELLED at end of input before any byte. name is for the words. */
NODISCARD enum rc fs_read_line_fd(struct secret **line, int fd, const char *name, size_t limit,
				  struct err *err);

/* Makes a new file for its owner alone (0600, never what is there already) and opens it for
 * writing. Its descriptor, which the caller closes; -1, and errno says why. */
NODISCARD int fs_create_private(const char *path);

/* The identity of what path leads to, without reading it. RC_NO_FILE, RC_IO. */
NODISCARD enum rc fs_id_of(struct fs_id *id, const char *path);

/* The identity of an open file. RC_IO. */
NODISCARD enum rc fs_id_of_open(struct fs_id *id, int fd);

/* Owner, group and mode of what path leads to. RC_NO_FILE, RC_IO. */
NODISCARD enum rc fs_owner_of(struct fs_owner *owner, const char *path);

/* Resolves links: the real path, which the caller frees; where the file itself is missing, that of
 * its folder and the name. RC_NO_FILE where the folder is missing. */
NODISCARD enum rc fs_resolve(char **real, const char *path, struct err *err);

/* True when path resolves to real, which fs_resolve gave. Another name of the same file does not: a
 * save gives it up (see fs_same). */
bool fs_leads_to(const char *path, const char *real);

/* Where a file of this name would be made: its folder resolved and its name, a link not followed.
 * The caller frees it. RC_NO_FILE where the folder is missing. */
NODISCARD enum rc fs_place(char **place, const char *path, struct err *err);

/* Locks an open file for this process alone, without a wait; where the file system asks for it, fd
 * is open for writing afterwards. 0; EWOULDBLOCK where another process holds it; any other number
 * is why it was not locked. */
NODISCARD int fs_lock(int fd);

/* True where this is how a file system says that it has no locks. */
bool fs_has_no_locks(int error);

/* Lets count more files be open at once than now, as far as the system does. */
void fs_want_open(size_t count);

/* "DIR/STEM" + suffix, where STEM is the name up to its last dot (a leading dot does not count):
 * the caller frees it. NULL when out of memory. */
char *fs_with_suffix(const char *path, const char *suffix);

/* The path's last part; borrowed. */
const char *fs_base_name(const char *path);

/* Syncs the folder that path lies in: what was renamed, made or removed there is so after a crash,
 * too. False, and errno says why; true where the file system cannot do it for folders. */
bool fs_sync_folder(const char *path);

/* Reads the beginning of a regular file: size bytes, or fewer where it is shorter. Returns how
 * many; -1, and errno says why. Short reads and EINTR are dealt with. */
NODISCARD ssize_t fs_read_head(int fd, unsigned char *to, size_t size);

/* A file that appears whole or not at all. stage_open makes TARGET~new in the target's folder
 * (O_EXCL, O_NOFOLLOW, mode 0600 from the open call on; a left-over of that name is removed first,
 * one that another process is writing is waited for, up to ten seconds: RC_LOCKED), stage_write
 * fills it, stage_sync syncs it and gives it its owner and mode, stage_commit renames it over the
 * target and syncs the folder, stage_drop removes it when it was not committed. The new file is
 * locked (flock) from stage_open on: until stage_drop, or for as long as a caller keeps fd that has
 * taken it over, after the commit, and left -1 there. */
struct stage {
	char *target;    /* owned */
	char *temporary; /* owned; NULL where the target is written straight through */
	int fd;          /* -1 when not open */
	bool renamed;    /* the target is the new file now */
};

#define STAGE_INIT       \
	{                \
		.fd = -1 \
	}

/* target is a resolved path (or a device, or "-" for standard output: written straight through).
 * Words in err. */
NODISCARD enum rc stage_open(struct stage *st, const char *target, struct err *err);

/* Appends. Short writes and EINTR are dealt with. RC_IO with words (no space, quota). */
NODISCARD enum rc stage_write(struct stage *st, struct span bytes, struct err *err);

/* Syncs the file; owner may be NULL (mode: 0666 less the umask, the caller's own user). Where owner
 * or group cannot be kept: RC_IO, and nothing changed. */
NODISCARD enum rc stage_sync(struct stage *st, const struct fs_owner *owner, struct err *err);

/* Syncs the folder, too: after a crash TARGET~new is there before whatever is done later. For what
 * means something under that name. RC_IO with words. */
NODISCARD enum rc stage_sync_name(const struct stage *st, struct err *err);

/* Renames and syncs the folder. When only the sync of the folder fails: RC_OUTPUT, and st->renamed
 * is set. */
NODISCARD enum rc stage_commit(struct stage *st, struct err *err);

/* As stage_commit, but RC_EXISTS when the target is there already: of two at once one wins. */
NODISCARD enum rc stage_commit_new(struct stage *st, struct err *err);

/* Closes, removes what was not committed, releases. Safe after anything, twice too. */
void stage_drop(struct stage *st);

#endif
