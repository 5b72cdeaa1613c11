import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';

import { loadConfig, type Environment } from './load.js';

/** Injects the `Config` of the server: `@Inject(CONFIG) private readonly config: Config`. */
export const CONFIG = Symbol('CONFIG');

/** The name of the configuration within Nest's ConfigService, as in `get('ringlet.port')`. */
const NAMESPACE = 'ringlet';

/** Gives every module of one server its configuration, which is why it is global. */
@Module({})
export class RingletConfigModule {
  /**
   * The configuration is loaded at once, before Nest starts anything, so that a mistake is thrown as it is and not from
   * inside of Nest's start. It enters Nest as a namespace and not through the option `validate`, which would write the
   * values into `process.env`, where the next server of the same process would find them.
   *
   * @throws ConfigError
   */
  static forEnvironment(environment: Environment): DynamicModule {
    const config = loadConfig(environment);
    const settings = registerAs(NAMESPACE, () => config);
    const source = ConfigModule.forRoot({
      load: [settings],
      ignoreEnvFile: true,
      ignoreEnvVars: true,
      skipProcessEnv: true,
    });
    return {
      module: RingletConfigModule,
      global: true,
      imports: [source],
      providers: [{ provide: CONFIG, useExisting: settings.KEY }],
      exports: [CONFIG],
    };
  }
}
