import { IN_DIRECTORY, nameOf } from '../../../src/replication/index.js';
import { partsOf, type Bug } from './planted.js';

/** Mistakes with files that servers share. */
export const FILE_BUGS: readonly Bug[] = [
  {
    name: 'keeps the files of servers that are gone',
    plant: (replica) => {
      partsOf(replica).placing['sharersOf'] = () => null;
    },
  },
  {
    name: 'replaces what another server shares',
    plant: (replica) => {
      const { chain, state } = partsOf(replica);
      const number = chain['number'].bind(chain);
      chain['number'] = (origin, request, operation) => {
        const name = nameOf(state.view!, origin);
        if (operation.replicas === IN_DIRECTORY && name !== undefined)
          for (const record of state.catalogue.list('f', null, 100))
            if (record.replicas === IN_DIRECTORY) Object.assign(record, { holders: [name] });
        number(origin, request, operation);
      };
    },
  },
  {
    name: 'sends a file on as the version that it was',
    plant: (replica) => {
      const { catalogue } = partsOf(replica).state;
      const file = catalogue['keeper'].file.bind(catalogue['keeper']);
      catalogue['keeper'].file = (record) => {
        const body = file(record);
        return body && { ...body, stored: { kind: 'file', key: record.key, digest: '' } };
      };
    },
  },
];
