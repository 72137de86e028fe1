import { testMutations } from '../support/mutations.ts';

testMutations(100);
