# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed where, and `cpack -G DEB`: tandem_VERSION_ARCH.deb in the build folder.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Where to install" FORCE)
endif()
set(deb ${CMAKE_CURRENT_LIST_DIR}/deb)
set(doc ${PROJECT_SOURCE_DIR}/docs)

install(TARGETS tandemd tandemctl RUNTIME DESTINATION bin)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/tandem.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/tandem.sysusers DESTINATION lib/sysusers.d
        RENAME tandem.conf)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/tandem.tmpfiles DESTINATION lib/tmpfiles.d
        RENAME tandem.conf)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/tandem.catalog DESTINATION lib/systemd/catalog)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/io.tandem.Bridge1.conf DESTINATION share/dbus-1/system.d)
set(completion ${PROJECT_SOURCE_DIR}/config/completion)
install(FILES ${completion}/tandemctl.bash DESTINATION share/bash-completion/completions
        RENAME tandemctl)
install(FILES ${completion}/_tandemctl DESTINATION share/zsh/vendor-completions)
install(FILES ${completion}/tandemctl.fish DESTINATION share/fish/vendor_completions.d)
install(FILES ${PROJECT_SOURCE_DIR}/config/tandem.toml DESTINATION /etc/tandem)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${doc}/architecture.md ${doc}/changelog.md
              ${doc}/configuration.md ${doc}/dbus.md ${doc}/raspberry-pi.md ${doc}/timing.md
              ${doc}/troubleshooting.md ${deb}/copyright
        DESTINATION share/doc/tandem)

# Man pages and Debian's changelog are compressed, without time and name so that builds repeat.
find_program(TANDEM_GZIP gzip REQUIRED)
configure_file(${deb}/changelog.in ${PROJECT_BINARY_DIR}/changelog @ONLY)
set(compressed)
function(tandem_compress source destination)
  get_filename_component(name ${source} NAME)
  set(output ${PROJECT_BINARY_DIR}/compressed/${name}.gz)
  add_custom_command(OUTPUT ${output} DEPENDS ${source} VERBATIM
                     COMMAND ${TANDEM_GZIP} -9nc ${source} > ${output})
  install(FILES ${output} DESTINATION ${destination})
  set(compressed ${compressed} ${output} PARENT_SCOPE)
endfunction()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/compressed)
tandem_compress(${doc}/man/tandemd.8 share/man/man8)
tandem_compress(${doc}/man/tandemctl.1 share/man/man1)
tandem_compress(${doc}/man/tandem.toml.5 share/man/man5)
tandem_compress(${PROJECT_BINARY_DIR}/changelog share/doc/tandem)
add_custom_target(tandem_compressed ALL DEPENDS ${compressed})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tandem)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Tandem developers <developers@tandem.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "play one aux input on two Bluetooth speakers, in step")
set(CPACK_PACKAGE_DESCRIPTION
    "Tandem captures an ALSA input, for example the aux output of a smart speaker
through a USB sound card, and plays it on two ordinary Bluetooth (A2DP)
speakers at once, aligned to well under a millisecond. It runs unattended as
a systemd service on a Raspberry Pi or any other Linux machine with BlueZ.")
set(CPACK_PACKAGE_HOMEPAGE_URL ${PROJECT_HOMEPAGE_URL})
set(CPACK_SET_DESTDIR ON)  # /etc lies outside of the prefix
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "bluez (>= 5.66), dbus | default-dbus-system-bus, init-system-helpers (>= 1.54), systemd (>= 252)")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "alsa-utils")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${deb}/conffiles ${deb}/postinst ${deb}/postrm ${deb}/prerm)
include(CPack)
