// Calls of Linux that the Swift overlay of the C library leaves out.

/// Puts all of the file system that holds `descriptor` on the disk; -1 and errno on failure.
int syncfs(int descriptor);

/// Renames like rename(); with flags 2 (RENAME_EXCHANGE) both names stay and swap what they name.
int renameat2(
    int old_folder, const char *old_path, int new_folder, const char *new_path,
    unsigned int flags);
