// What the scenarios of login.yml call.
export * from 'stuntkey/artillery';
