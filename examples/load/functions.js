// The functions that the scenarios of login.yml call.
export * from 'stuntkey/artillery';
