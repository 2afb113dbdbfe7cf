-- CTAPHID and CTAP2 for Wireshark 4, which has neither: packets put together, commands, statuses and members by their names.
--
--   wireshark -X lua_script:ctaphid.lua key.pcapng
--   tshark -X lua_script:ctaphid.lua -r key.pcapng -Y 'ctaphid.ctap.status != "CTAP2_OK"'
--
-- Or copy it into the folder of personal Lua plugins (Help, About Wireshark, Folders). It takes USB interrupt transfers of 64
-- bytes that look like CTAPHID, of whatever capture: `stuntkey serve --record`, usbmon, USBPcap.

local ctaphid = Proto("ctaphid", "CTAPHID")

-- Names, made by `npm run docs`.
local hid_commands = {
  [0x01] = "PING",
  [0x03] = "MSG",
  [0x04] = "LOCK",
  [0x06] = "INIT",
  [0x08] = "WINK",
  [0x10] = "CBOR",
  [0x11] = "CANCEL",
  [0x3b] = "KEEPALIVE",
  [0x3f] = "ERROR",
}
local hid_errors = {
  [0x01] = "ERR_INVALID_CMD",
  [0x02] = "ERR_INVALID_PAR",
  [0x03] = "ERR_INVALID_LEN",
  [0x04] = "ERR_INVALID_SEQ",
  [0x05] = "ERR_MSG_TIMEOUT",
  [0x06] = "ERR_CHANNEL_BUSY",
  [0x0a] = "ERR_LOCK_REQUIRED",
  [0x0b] = "ERR_INVALID_CHANNEL",
  [0x7f] = "ERR_OTHER",
}
local commands = {
  [0x01] = "authenticatorMakeCredential",
  [0x02] = "authenticatorGetAssertion",
  [0x04] = "authenticatorGetInfo",
  [0x06] = "authenticatorClientPIN",
  [0x07] = "authenticatorReset",
  [0x08] = "authenticatorGetNextAssertion",
  [0x09] = "authenticatorBioEnrollment",
  [0x0a] = "authenticatorCredentialManagement",
  [0x0b] = "authenticatorSelection",
  [0x0c] = "authenticatorLargeBlobs",
  [0x0d] = "authenticatorConfig",
  [0x40] = "authenticatorBioEnrollmentPreview",
  [0x41] = "authenticatorCredentialManagementPreview",
}
local statuses = {
  [0x00] = "CTAP2_OK",
  [0x01] = "CTAP1_ERR_INVALID_COMMAND",
  [0x02] = "CTAP1_ERR_INVALID_PARAMETER",
  [0x03] = "CTAP1_ERR_INVALID_LENGTH",
  [0x04] = "CTAP1_ERR_INVALID_SEQ",
  [0x05] = "CTAP1_ERR_TIMEOUT",
  [0x06] = "CTAP1_ERR_CHANNEL_BUSY",
  [0x0a] = "CTAP1_ERR_LOCK_REQUIRED",
  [0x0b] = "CTAP1_ERR_INVALID_CHANNEL",
  [0x11] = "CTAP2_ERR_CBOR_UNEXPECTED_TYPE",
  [0x12] = "CTAP2_ERR_INVALID_CBOR",
  [0x14] = "CTAP2_ERR_MISSING_PARAMETER",
  [0x15] = "CTAP2_ERR_LIMIT_EXCEEDED",
  [0x16] = "CTAP2_ERR_UNSUPPORTED_EXTENSION",
  [0x17] = "CTAP2_ERR_FP_DATABASE_FULL",
  [0x18] = "CTAP2_ERR_LARGE_BLOB_STORAGE_FULL",
  [0x19] = "CTAP2_ERR_CREDENTIAL_EXCLUDED",
  [0x21] = "CTAP2_ERR_PROCESSING",
  [0x22] = "CTAP2_ERR_INVALID_CREDENTIAL",
  [0x23] = "CTAP2_ERR_USER_ACTION_PENDING",
  [0x24] = "CTAP2_ERR_OPERATION_PENDING",
  [0x25] = "CTAP2_ERR_NO_OPERATIONS",
  [0x26] = "CTAP2_ERR_UNSUPPORTED_ALGORITHM",
  [0x27] = "CTAP2_ERR_OPERATION_DENIED",
  [0x28] = "CTAP2_ERR_KEY_STORE_FULL",
  [0x29] = "CTAP2_ERR_NOT_BUSY",
  [0x2a] = "CTAP2_ERR_NO_OPERATION_PENDING",
  [0x2b] = "CTAP2_ERR_UNSUPPORTED_OPTION",
  [0x2c] = "CTAP2_ERR_INVALID_OPTION",
  [0x2d] = "CTAP2_ERR_KEEPALIVE_CANCEL",
  [0x2e] = "CTAP2_ERR_NO_CREDENTIALS",
  [0x2f] = "CTAP2_ERR_USER_ACTION_TIMEOUT",
  [0x30] = "CTAP2_ERR_NOT_ALLOWED",
  [0x31] = "CTAP2_ERR_PIN_INVALID",
  [0x32] = "CTAP2_ERR_PIN_BLOCKED",
  [0x33] = "CTAP2_ERR_PIN_AUTH_INVALID",
  [0x34] = "CTAP2_ERR_PIN_AUTH_BLOCKED",
  [0x35] = "CTAP2_ERR_PIN_NOT_SET",
  [0x36] = "CTAP2_ERR_PUAT_REQUIRED",
  [0x37] = "CTAP2_ERR_PIN_POLICY_VIOLATION",
  [0x38] = "CTAP2_ERR_PIN_TOKEN_EXPIRED",
  [0x39] = "CTAP2_ERR_REQUEST_TOO_LARGE",
  [0x3a] = "CTAP2_ERR_ACTION_TIMEOUT",
  [0x3b] = "CTAP2_ERR_UP_REQUIRED",
  [0x3c] = "CTAP2_ERR_UV_BLOCKED",
  [0x3d] = "CTAP2_ERR_INTEGRITY_FAILURE",
  [0x3e] = "CTAP2_ERR_INVALID_SUBCOMMAND",
  [0x3f] = "CTAP2_ERR_UV_INVALID",
  [0x40] = "CTAP2_ERR_UNAUTHORIZED_PERMISSION",
  [0x7f] = "CTAP1_ERR_OTHER",
}
local subcommands = {
  [0x06] = {
    [0x01] = "getPINRetries",
    [0x02] = "getKeyAgreement",
    [0x03] = "setPIN",
    [0x04] = "changePIN",
    [0x05] = "getPinToken",
    [0x06] = "getPinUvAuthTokenUsingUvWithPermissions",
    [0x07] = "getUVRetries",
    [0x09] = "getPinUvAuthTokenUsingPinWithPermissions",
  },
  [0x09] = {
    [0x01] = "enrollBegin",
    [0x02] = "enrollCaptureNextSample",
    [0x03] = "cancelCurrentEnrollment",
    [0x04] = "enumerateEnrollments",
    [0x05] = "setFriendlyName",
    [0x06] = "removeEnrollment",
    [0x07] = "getFingerprintSensorInfo",
  },
  [0x0a] = {
    [0x01] = "getCredsMetadata",
    [0x02] = "enumerateRPsBegin",
    [0x03] = "enumerateRPsGetNextRP",
    [0x04] = "enumerateCredentialsBegin",
    [0x05] = "enumerateCredentialsGetNextCredential",
    [0x06] = "deleteCredential",
    [0x07] = "updateUserInformation",
  },
  [0x0d] = {
    [0x01] = "enableEnterpriseAttestation",
    [0x02] = "toggleAlwaysUv",
    [0x03] = "setMinPINLength",
    [0x04] = "enableLongTouchForReset",
    [0xff] = "vendorPrototype",
  },
}
local requests = {
  [0x01] = {
    [0x01] = "clientDataHash",
    [0x02] = "rp",
    [0x03] = "user",
    [0x04] = "pubKeyCredParams",
    [0x05] = "excludeList",
    [0x06] = "extensions",
    [0x07] = "options",
    [0x08] = "pinUvAuthParam",
    [0x09] = "pinUvAuthProtocol",
    [0x0a] = "enterpriseAttestation",
    [0x0b] = "attestationFormatsPreference",
  },
  [0x02] = {
    [0x01] = "rpId",
    [0x02] = "clientDataHash",
    [0x03] = "allowList",
    [0x04] = "extensions",
    [0x05] = "options",
    [0x06] = "pinUvAuthParam",
    [0x07] = "pinUvAuthProtocol",
  },
  [0x06] = {
    [0x01] = "pinUvAuthProtocol",
    [0x02] = "subCommand",
    [0x03] = "keyAgreement",
    [0x04] = "pinUvAuthParam",
    [0x05] = "newPinEnc",
    [0x06] = "pinHashEnc",
    [0x09] = "permissions",
    [0x0a] = "rpId",
  },
  [0x09] = {
    [0x01] = "modality",
    [0x02] = "subCommand",
    [0x03] = "subCommandParams",
    [0x04] = "pinUvAuthProtocol",
    [0x05] = "pinUvAuthParam",
    [0x06] = "getModality",
  },
  [0x40] = {
    [0x01] = "modality",
    [0x02] = "subCommand",
    [0x03] = "subCommandParams",
    [0x04] = "pinUvAuthProtocol",
    [0x05] = "pinUvAuthParam",
    [0x06] = "getModality",
  },
  [0x0a] = {
    [0x01] = "subCommand",
    [0x02] = "subCommandParams",
    [0x03] = "pinUvAuthProtocol",
    [0x04] = "pinUvAuthParam",
  },
  [0x41] = {
    [0x01] = "subCommand",
    [0x02] = "subCommandParams",
    [0x03] = "pinUvAuthProtocol",
    [0x04] = "pinUvAuthParam",
  },
  [0x0c] = {
    [0x01] = "get",
    [0x02] = "set",
    [0x03] = "offset",
    [0x04] = "length",
    [0x05] = "pinUvAuthParam",
    [0x06] = "pinUvAuthProtocol",
  },
  [0x0d] = {
    [0x01] = "subCommand",
    [0x02] = "subCommandParams",
    [0x03] = "pinUvAuthProtocol",
    [0x04] = "pinUvAuthParam",
  },
}
local responses = {
  [0x01] = {
    [0x01] = "fmt",
    [0x02] = "authData",
    [0x03] = "attStmt",
    [0x04] = "epAtt",
    [0x05] = "largeBlobKey",
    [0x06] = "unsignedExtensionOutputs",
  },
  [0x02] = {
    [0x01] = "credential",
    [0x02] = "authData",
    [0x03] = "signature",
    [0x04] = "user",
    [0x05] = "numberOfCredentials",
    [0x06] = "userSelected",
    [0x07] = "largeBlobKey",
    [0x08] = "unsignedExtensionOutputs",
  },
  [0x08] = {
    [0x01] = "credential",
    [0x02] = "authData",
    [0x03] = "signature",
    [0x04] = "user",
    [0x05] = "numberOfCredentials",
    [0x06] = "userSelected",
    [0x07] = "largeBlobKey",
    [0x08] = "unsignedExtensionOutputs",
  },
  [0x04] = {
    [0x01] = "versions",
    [0x02] = "extensions",
    [0x03] = "aaguid",
    [0x04] = "options",
    [0x05] = "maxMsgSize",
    [0x06] = "pinUvAuthProtocols",
    [0x07] = "maxCredentialCountInList",
    [0x08] = "maxCredentialIdLength",
    [0x09] = "transports",
    [0x0a] = "algorithms",
    [0x0b] = "maxSerializedLargeBlobArray",
    [0x0c] = "forcePINChange",
    [0x0d] = "minPINLength",
    [0x0e] = "firmwareVersion",
    [0x0f] = "maxCredBlobLength",
    [0x10] = "maxRPIDsForSetMinPINLength",
    [0x11] = "preferredPlatformUvAttempts",
    [0x12] = "uvModality",
    [0x13] = "certifications",
    [0x14] = "remainingDiscoverableCredentials",
    [0x15] = "vendorPrototypeConfigCommands",
    [0x16] = "attestationFormats",
    [0x17] = "uvCountSinceLastPinEntry",
    [0x18] = "longTouchForReset",
    [0x19] = "encIdentifier",
    [0x1a] = "transportsForReset",
    [0x1b] = "pinComplexityPolicy",
    [0x1c] = "pinComplexityPolicyURL",
    [0x1d] = "maxPINLength",
    [0x1e] = "encCredStoreState",
    [0x1f] = "authenticatorConfigCommands",
  },
  [0x06] = {
    [0x01] = "keyAgreement",
    [0x02] = "pinUvAuthToken",
    [0x03] = "pinRetries",
    [0x04] = "powerCycleState",
    [0x05] = "uvRetries",
  },
  [0x09] = {
    [0x01] = "modality",
    [0x02] = "fingerprintKind",
    [0x03] = "maxCaptureSamplesRequiredForEnroll",
    [0x04] = "templateId",
    [0x05] = "lastEnrollSampleStatus",
    [0x06] = "remainingSamples",
    [0x07] = "templateInfos",
    [0x08] = "maxTemplateFriendlyName",
  },
  [0x40] = {
    [0x01] = "modality",
    [0x02] = "fingerprintKind",
    [0x03] = "maxCaptureSamplesRequiredForEnroll",
    [0x04] = "templateId",
    [0x05] = "lastEnrollSampleStatus",
    [0x06] = "remainingSamples",
    [0x07] = "templateInfos",
    [0x08] = "maxTemplateFriendlyName",
  },
  [0x0a] = {
    [0x01] = "existingResidentCredentialsCount",
    [0x02] = "maxPossibleRemainingResidentCredentialsCount",
    [0x03] = "rp",
    [0x04] = "rpIDHash",
    [0x05] = "totalRPs",
    [0x06] = "user",
    [0x07] = "credentialID",
    [0x08] = "publicKey",
    [0x09] = "totalCredentials",
    [0x0a] = "credProtect",
    [0x0b] = "largeBlobKey",
    [0x0c] = "thirdPartyPayment",
  },
  [0x41] = {
    [0x01] = "existingResidentCredentialsCount",
    [0x02] = "maxPossibleRemainingResidentCredentialsCount",
    [0x03] = "rp",
    [0x04] = "rpIDHash",
    [0x05] = "totalRPs",
    [0x06] = "user",
    [0x07] = "credentialID",
    [0x08] = "publicKey",
    [0x09] = "totalCredentials",
    [0x0a] = "credProtect",
    [0x0b] = "largeBlobKey",
    [0x0c] = "thirdPartyPayment",
  },
  [0x0c] = {
    [0x01] = "config",
  },
}
-- End of the names.

-- The prototypes of before CTAP 2.1 have the subcommands of their successors.
subcommands[0x40] = subcommands[0x09]
subcommands[0x41] = subcommands[0x0a]

local keepalives = { [1] = "processing", [2] = "waiting for the user" }
local LONGEST = 7609
local BROADCAST = 0xffffffff

local f = {
  cid = ProtoField.uint32("ctaphid.cid", "Channel", base.HEX),
  command = ProtoField.uint8("ctaphid.command", "Command", base.HEX, hid_commands),
  length = ProtoField.uint16("ctaphid.length", "Length", base.DEC),
  sequence = ProtoField.uint8("ctaphid.sequence", "Sequence", base.DEC),
  data = ProtoField.bytes("ctaphid.data", "Data"),
  nonce = ProtoField.bytes("ctaphid.nonce", "Nonce"),
  allocated = ProtoField.uint32("ctaphid.allocated", "Channel given", base.HEX),
  capabilities = ProtoField.uint8("ctaphid.capabilities", "Capabilities", base.HEX),
  error = ProtoField.string("ctaphid.error", "Error"),
  keepalive = ProtoField.string("ctaphid.keepalive", "Keepalive"),
  ctap_command = ProtoField.string("ctaphid.ctap.command", "CTAP2 command"),
  ctap_status = ProtoField.string("ctaphid.ctap.status", "CTAP2 status"),
  member = ProtoField.string("ctaphid.ctap.member", "Member"),
}
ctaphid.fields = {
  f.cid, f.command, f.length, f.sequence, f.data, f.nonce, f.allocated, f.capabilities, f.error, f.keepalive,
  f.ctap_command, f.ctap_status, f.member,
}

local usb_bus = Field.new("usb.bus_id")
local usb_device = Field.new("usb.device_address")
local usb_direction = Field.new("usb.endpoint_address.direction")

-- Messages on their way, by device, direction and channel.
local partial = {}
-- The CTAP2 command that was asked last, by device and channel.
local asked = {}
-- What the first look at each frame found; frames are looked at again in any order.
local frames = {}

function ctaphid.init()
  partial, asked, frames = {}, {}, {}
end

local function named(names, number)
  return names[number] or string.format("0x%02x", number)
end

-- CBOR ------------------------------------------------------------------------------------------------------------------

-- The head of an item: major type, number, and where it ends. Nothing where it does not fit.
local function head(tvb, at)
  if at >= tvb:len() then return nil end
  local first = tvb(at, 1):uint()
  local major, info = math.floor(first / 32), first % 32
  if info < 24 then return major, info, at + 1 end
  local size = ({ [24] = 1, [25] = 2, [26] = 4, [27] = 8 })[info]
  if size == nil or at + 1 + size > tvb:len() then return nil end
  local range = tvb(at + 1, size)
  return major, size == 8 and range:uint64():tonumber() or range:uint(), at + 1 + size
end

local simple = { [20] = "false", [21] = "true", [22] = "null" }

-- A map's key as a text, and where it ends.
local function key_of(tvb, at, names)
  local major, number, after = head(tvb, at)
  if major == 0 then return names and names[number] or tostring(number), after end
  if major == 1 then return tostring(-1 - number), after end
  if major == 3 and after + number <= tvb:len() then
    return number == 0 and '""' or tvb(after, number):string(ENC_UTF_8), after + number
  end
  return nil
end

local function show_authenticator_data(item, range)
  if range:len() < 37 then return end
  local flags = range(32, 1):uint()
  local set = {}
  for place, name in ipairs({ "UP", "RFU1", "UV", "BE", "BS", "RFU2", "AT", "ED" }) do
    if math.floor(flags / 2 ^ (place - 1)) % 2 == 1 then set[#set + 1] = name end
  end
  item:add(f.member, range(0, 32), "rpIdHash: " .. tostring(range(0, 32):bytes()))
  item:add(f.member, range(32, 1), "flags: " .. table.concat(set, " "))
  item:add(f.member, range(33, 4), "signCount: " .. range(33, 4):uint())
end

-- Shows an item. Returns where it ends, or nothing where it cannot be read.
local function show(tree, tvb, start, label, names, subs, depth)
  local major, number, at = head(tvb, start)
  if major == nil or depth > 12 then
    if start < tvb:len() then tree:add(f.member, tvb(start), label .. ": (cannot be read)") end
    return nil
  end
  if major == 4 or major == 5 then
    local item = tree:add(f.member, tvb(start, at - start), label .. (major == 4 and ": array" or ": map"))
    for place = 1, number do
      local name = tostring(place - 1)
      if major == 5 then
        name, at = key_of(tvb, at, names)
        if name == nil then return nil end
      end
      at = show(item, tvb, at, name, nil, subs, depth + 1)
      if at == nil then return nil end
    end
    item:set_len(at - start)
    return at
  end
  local text
  if major == 0 or major == 1 then
    text = tostring(major == 0 and number or -1 - number)
    if label == "subCommand" and subs and subs[number] then text = subs[number] .. " (" .. text .. ")" end
  elseif major == 2 or major == 3 then
    if at + number > tvb:len() then return nil end
    local content = number > 0 and tvb(at, number) or nil
    local item
    if major == 3 then
      item = tree:add(f.member, tvb(start, at + number - start), label .. ': "' .. (content and content:string(ENC_UTF_8) or "") .. '"')
    else
      item = tree:add(f.member, tvb(start, at + number - start), label .. ": h'" .. (content and tostring(content:bytes()):lower() or "") .. "'")
      if label == "authData" and content then show_authenticator_data(item, content) end
    end
    return at + number
  else
    text = simple[number] or string.format("simple(%s)", tostring(number))
  end
  tree:add(f.member, tvb(start, at - start), label .. ": " .. text)
  return at
end

-- The members of a message's map, by their names, without a level for the map itself.
local function show_members(tree, tvb, names, subs)
  local major, count, at = head(tvb, 1)
  if major ~= 5 then return show(tree, tvb, 1, "body", nil, nil, 0) end
  for _ = 1, count do
    local name
    name, at = key_of(tvb, at, names)
    if name == nil then return end
    at = show(tree, tvb, at, name, nil, subs, 0)
    if at == nil then return end
  end
end

-- Messages --------------------------------------------------------------------------------------------------------------

local function show_cbor(tree, tvb, frame)
  local first = tvb(0, 1):uint()
  if frame.incoming then
    local status = named(statuses, first)
    tree:add(f.ctap_status, tvb(0, 1), status)
    if frame.ctap then tree:add(f.ctap_command, tvb(0, 1), named(commands, frame.ctap)):set_generated() end
    if tvb:len() > 1 then show_members(tree, tvb, responses[frame.ctap or 0], nil) end
    return (frame.ctap and named(commands, frame.ctap) .. ": " or "") .. status
  end
  tree:add(f.ctap_command, tvb(0, 1), named(commands, first))
  if tvb:len() > 1 then show_members(tree, tvb, requests[first], subcommands[first]) end
  return named(commands, first)
end

local function show_init(tree, tvb)
  if tvb:len() < 8 then return "" end
  tree:add(f.nonce, tvb(0, 8))
  if tvb:len() < 17 then return "" end
  tree:add(f.allocated, tvb(8, 4))
  tree:add(f.capabilities, tvb(16, 1))
  return string.format("channel %08x", tvb(8, 4):uint())
end

-- What a whole message says, in the tree; returns a line for the list.
local function show_message(tree, tvb, frame)
  local name = hid_commands[frame.command]
  if tvb == nil then return name end
  if name == "CBOR" then return show_cbor(tree, tvb, frame) end
  if name == "INIT" then return "INIT " .. show_init(tree, tvb) end
  local first = tvb(0, 1):uint()
  if name == "ERROR" then
    tree:add(f.error, tvb(0, 1), named(hid_errors, first))
    return named(hid_errors, first)
  end
  if name == "KEEPALIVE" then
    tree:add(f.keepalive, tvb(0, 1), named(keepalives, first))
    return "KEEPALIVE " .. named(keepalives, first)
  end
  tree:add(f.data, tvb())
  return name
end

-- Packets ---------------------------------------------------------------------------------------------------------------

-- Looks at a packet for the first time. Returns nothing for what is none.
local function look(tvb, incoming)
  local place = tostring(usb_bus() or "") .. "." .. tostring(usb_device() or "")
  local cid, mark = tvb(0, 4):uint(), tvb(4, 1):uint()
  local key = place .. (incoming and " in " or " out ") .. cid
  local message
  if mark >= 0x80 then
    local command, length = mark - 0x80, tvb(5, 2):uint()
    if hid_commands[command] == nil or length > LONGEST or cid == 0 then return nil end
    if cid == BROADCAST and hid_commands[command] ~= "INIT" and hid_commands[command] ~= "ERROR" then return nil end
    message = { command = command, length = length, next = 0, bytes = tvb(7, math.min(length, 57)):bytes() }
    if length == 0 then message.bytes = ByteArray.new() end
  else
    message = partial[key]
    if message == nil or message.next ~= mark then
      partial[key] = nil
      return nil
    end
    message.next = mark + 1
    message.bytes:append(tvb(5, math.min(message.length - message.bytes:len(), 59)):bytes())
  end
  local frame = { command = message.command, incoming = incoming }
  if message.bytes:len() < message.length then
    partial[key] = message
    return frame
  end
  partial[key] = nil
  frame.message = message.bytes
  if hid_commands[message.command] == "CBOR" and message.length > 0 then
    local channel = place .. " " .. cid
    if not incoming then asked[channel] = message.bytes:get_index(0) end
    frame.ctap = asked[channel]
  end
  return frame
end

local function dissect(tvb, pinfo, tree)
  if tvb:len() ~= 64 then return false end
  if not pinfo.visited then
    local direction = usb_direction()
    frames[pinfo.number] = look(tvb, direction ~= nil and direction.value == 1)
  end
  local frame = frames[pinfo.number]
  if frame == nil then return false end

  pinfo.cols.protocol = "CTAPHID"
  local root = tree:add(ctaphid, tvb())
  root:add(f.cid, tvb(0, 4))
  if tvb(4, 1):uint() >= 0x80 then
    root:add(f.command, tvb(4, 1), frame.command)
    root:add(f.length, tvb(5, 2))
  else
    root:add(f.sequence, tvb(4, 1))
  end
  local name = hid_commands[frame.command]
  if frame.message == nil then
    pinfo.cols.info = name .. " (part)"
    return true
  end
  local whole = frame.message:len() > 0 and frame.message:tvb("CTAPHID message") or nil
  pinfo.cols.info = show_message(root, whole, frame)
  return true
end

ctaphid:register_heuristic("usb.interrupt", dissect)
