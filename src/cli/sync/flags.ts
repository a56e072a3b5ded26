/** What `sync` was told, as commander hands it over. */
export interface SyncFlags {
  readonly days?: string;
  readonly from?: string;
  readonly to?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly date?: string;
  readonly resources?: string;
  readonly types?: string;
  readonly full?: true;
  readonly push: boolean;
  readonly pushOnly?: true;
  readonly dryRun?: true;
  readonly restyle?: true;
  readonly force?: true;
  readonly allowDeletes?: true;
  readonly yes?: true;
  readonly wait?: true;
}
