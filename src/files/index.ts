/*
 * Files: a server shares what is under FILES_DIR. Each file is an object that every server lists, with this one as its holder; its body
 * stays where it is and is read when somebody asks. `scanner.ts` finds files, `directory.ts` reads them and nothing outside, `agreement.ts`
 * says what is between a file and the ring, and `sharer.ts` tells the ring. Whether what is read is what the ring knows, the digest of each
 * piece decides: so nobody is ever given half of one version and half of another.
 *
 * It does not move bodies to other servers, nor keep copies: that is the ring's, which asks for pieces (`SharedFiles`). It writes nothing
 * unless FILES_WRITABLE says so, and then only to files that it shares (`mirror.ts`), in the directories in which they were found (`folder.ts`).
 */
export { Directory, OPEN_DIRECTORY, type OpenDirectory, openDirectory } from './directory.js';
export { FilesModule } from './files.module.js';
export { type FileFigures, FilesService } from './files.service.js';
