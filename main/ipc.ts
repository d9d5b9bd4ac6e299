/**
 * The pages' requests (preload/contract.ts). A request counts only when it comes from the top frame of our own page in
 * the window it is meant for, and its argument only when it has the shape it should have: the preload is trusted, the page behind it is not.
 */

import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron'
import * as v from 'valibot'

export type Handle = <S extends v.GenericSchema>(
  channel: string,
  argument: S,
  handler: (argument: v.InferOutput<S>, event: IpcMainInvokeEvent) => unknown,
) => void

/** For channels that take no argument. */
export const nothing = v.undefined()

/** @param isSender whether the window that shows these contents may ask */
export function guardedHandle(
  ipcMain: Pick<IpcMain, 'handle'>,
  origin: string,
  isSender: (contents: WebContents) => boolean,
): Handle {
  return (channel, argument, handler) => {
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      if (!isOurPage(event, origin) || !isSender(event.sender)) throw new Error(`${channel}: refused`)
      const parsed = v.safeParse(argument, args[0])
      if (!parsed.success || args.length > 1) throw new TypeError(`${channel}: not a valid request`)
      return handler(parsed.output, event)
    })
  }
}

function isOurPage(event: IpcMainInvokeEvent, origin: string): boolean {
  const frame = event.senderFrame
  // null: the frame went away before its message was read.
  return frame !== null && frame.parent === null && frame.origin === origin
}
