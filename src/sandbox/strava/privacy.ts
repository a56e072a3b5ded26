import type { Document } from '../truth.ts';
import { HOME, type Point, polyline } from './track.ts';

/** Degrees, some 500 m. */
const ZONE = 0.005;

function isNearHome(point: unknown): boolean {
  if (!Array.isArray(point) || point.length !== 2) return false;
  return Math.abs(point[0] - HOME[0]) < ZONE && Math.abs(point[1] - HOME[1]) < ZONE;
}

/** With the surroundings of home cut out of the line and of both ends. */
export function activityWithoutHome(activity: Document, streams: Document | undefined): Document {
  const ends = ['start_latlng', 'end_latlng'].filter((field) => isNearHome(activity[field]));
  if (ends.length === 0) return activity;
  const points = pointsOf(streams)?.filter((point) => !isNearHome(point)) ?? [];
  const map = {
    ...(activity.map as Document),
    polyline: polyline(points),
    summary_polyline: polyline(points.filter((_, index) => index % 8 === 0)),
  };
  return { ...activity, ...Object.fromEntries(ends.map((field) => [field, []])), map };
}

export function streamsWithoutHome(all: Document): Document {
  const points = pointsOf(all);
  if (points === undefined) return all;
  const cut = Object.entries(all).map(([kind, stream]) => {
    const { data, ...about } = stream as { data: unknown[] };
    return [kind, { data: data.filter((_, index) => !isNearHome(points[index])), ...about }];
  });
  return Object.fromEntries(cut);
}

function pointsOf(streams: Document | undefined): Point[] | undefined {
  return (streams?.latlng as { data: Point[] } | undefined)?.data;
}
