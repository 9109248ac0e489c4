// What the hook exits with when its engine crashes.
#pragma once

namespace nova_rt {

/// From now on a fatal signal (a bug in the engine or a library) ends the process with this exit status:
/// killed by a signal, the hook would count as failed, and at `reconnect` libvirt would kill the running
/// guest.
void exit_on_crash_with(int status);

} // namespace nova_rt
