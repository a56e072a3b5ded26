/** The variable that names the folder of the whole test run, the bundle of the sources in it. */
export const RUN_FOLDER = 'OURA_CLOCKIFY_TEST_FOLDER';
