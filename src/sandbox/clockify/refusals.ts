import type { Language } from './model.ts';

type Texts = Readonly<Record<Language, string>>;

/** Thrown by a route; answered as `{message, code}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly texts: Texts;

  constructor(status: number, code: number, texts: Texts) {
    super(texts.en);
    this.status = status;
    this.code = code;
    this.texts = texts;
  }
}

/** 501 is the service's code for every violated rule of its domain. */
const rule = (en: string, es: string) => new Refusal(400, 501, { en, es });
const forbidden = (en: string, es: string) => new Refusal(403, 501, { en, es });
/** 3000 is its code for requests that never reach the domain. */
const request = (status: number, en: string, es: string) => new Refusal(status, 3000, { en, es });
/** Nobody is known yet, so there is no account language. */
const unauthorized = (code: number, en: string) => new Refusal(401, code, { en, es: en });

export const noSingleToken = () => unauthorized(1000, 'Multiple or none auth tokens present');
export const unknownApiKey = () => unauthorized(4003, 'Api key does not exist');
export const badAddonToken = () => unauthorized(4017, 'Token is not valid');

export const accessDenied = () => forbidden('Access Denied', 'Acceso denegado');
export const missingRole = (what: string) =>
  forbidden(`You are not allowed to create a ${what}`, `No tienes permiso para crear: ${what}`);
export const manualModeDisabled = () =>
  forbidden('Manual mode is disabled on this workspace', 'El modo manual está desactivado en este espacio');
export const notInPlan = () =>
  forbidden('Feature is not available in your plan', 'La función no está disponible en tu plan');

export const unknownRoute = (path: string) =>
  request(404, `No static resource ${path}.`, `No existe el recurso ${path}.`);
export const wrongMethod = (method: string) =>
  request(405, `Request method '${method}' is not supported`, `El método '${method}' no está soportado`);
export const wrongContentType = (type: string) =>
  request(400, `Content-Type '${type}' is not supported`, `Content-Type '${type}' no está soportado`);
export const malformedBody = () =>
  request(400, 'Request body is missing or malformed', 'El cuerpo de la petición falta o es inválido');
export const malformedField = (field: string, expected: string) =>
  request(
    400,
    `Invalid value for field ${field}, expected ${expected}`,
    `Valor inválido para el campo ${field}, se esperaba ${expected}`,
  );
export const malformedParameter = (name: string, value: string) =>
  request(
    400,
    `Parameter '${name}' has the invalid value '${value}'`,
    `El parámetro '${name}' tiene el valor inválido '${value}'`,
  );
export const missingParameter = (name: string) =>
  request(400, `Required parameter '${name}' is not present`, `Falta el parámetro obligatorio '${name}'`);

const PATTERN = 'yyyy-MM-ddThh:mm:ssZ';
export const notAnInstant = (field: string, value: string) =>
  request(
    400,
    `Invalid value '${value}' for ${field}, expected the format ${PATTERN}`,
    `Valor inválido '${value}' para ${field}, se esperaba el formato ${PATTERN}`,
  );

export const missingField = (field: string) => rule(`${field} is required`, `${field} es obligatorio`);
export const fieldSize = (field: string, min: number, max: number) =>
  rule(`${field} must have between ${min} and ${max} items`, `${field} debe tener entre ${min} y ${max}`);
export const pageTooLarge = (max: number) => {
  const limit = max.toLocaleString('en-US');
  return rule(`Page size cannot be larger than ${limit}.`, `El tamaño de página no puede superar ${limit}.`);
};
export const pageTooSmall = () =>
  rule('Page size must be at least 1.', 'El tamaño de página debe ser al menos 1.');

export type Kind = 'Time entry' | 'Project' | 'Task' | 'Tag' | 'Custom field' | 'User';
const SPANISH: Readonly<Record<Kind, string>> = {
  'Time entry': 'La entrada de tiempo',
  Project: 'El proyecto',
  Task: 'La tarea',
  Tag: 'La etiqueta',
  'Custom field': 'El campo personalizado',
  User: 'El usuario',
};
export const notInWorkspace = (kind: Kind) =>
  rule(`${kind} doesn't belong to Workspace`, `${SPANISH[kind]} no pertenece al espacio de trabajo`);
export const nameTaken = (kind: Kind) =>
  rule(`${kind} with this name already exists`, `${SPANISH[kind]} con este nombre ya existe`);

export const startAfterEnd = (start: string, end: string) =>
  rule(
    `Start datetime ${start} is greater than end datetime ${end}.`,
    `La fecha de inicio ${start} es posterior a la fecha de fin ${end}.`,
  );
export const requiredOfEntry = (what: 'Project' | 'Task' | 'Tag' | 'Description') =>
  what === 'Project'
    ? rule(
        "Time entry couldn't be created. Project is either required field or given project is archived.",
        'No se pudo crear la entrada. El proyecto es obligatorio o está archivado.',
      )
    : rule(
        `Time entry couldn't be created. ${what} is required field.`,
        `No se pudo crear la entrada. Campo obligatorio: ${what}.`,
      );
/** The wording was never recorded. */
export const entryLocked = () => rule('Time entry is locked', 'La entrada de tiempo está bloqueada');
export const activeProject = () =>
  rule('Cannot delete an active project', 'No se puede eliminar un proyecto activo');
export const noTimerRuns = () =>
  new Refusal(404, 404, {
    en: "Currently running time entry doesn't exist",
    es: 'No existe ninguna entrada de tiempo en curso',
  });
